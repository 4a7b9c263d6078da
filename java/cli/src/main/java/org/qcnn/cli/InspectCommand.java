package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.qcnn.compression.WeightBytes;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code qcnn inspect}. */
@Command(
    name = "inspect",
    description = {
      "Shows what a model file holds: its layers with their shapes and sizes as this engine sees"
          + " them, and where it came from.",
      ""
    },
    footer = {"", "Example:", "  qcnn inspect small.onnx"})
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters model;

  @Override
  public Integer call() throws IOException {
    Graph graph = model.read();
    PrintWriter out = spec.commandLine().getOut();
    out.println("input   " + graph.input() + "  " + graph.inputShape());
    for (String output : graph.outputs()) {
      out.println("output  " + output + "  " + graph.shape(output));
    }
    out.println();
    Ways ways = Ways.here(graph);
    out.println(nodes(graph, ways));
    out.println();
    printTotals(out, graph);
    out.println("ways     " + ways.remark());
    printMetadata(out, new TreeMap<>(graph.metadata()));
    out.flush();
    return 0;
  }

  private static Table nodes(Graph graph, Ways ways) {
    Table table = new Table("node", "operator", ">output", ">weights", ">Cs'/K", "runs", ">bytes");
    for (Node node : graph.nodes()) {
      Operator operator = node.operator();
      boolean layer = operator.weights() != null;
      long bytes = WeightBytes.of(operator);
      table.row(
          node.name(),
          operator.name(),
          graph.shape(node.output()).toString(),
          layer ? operator.weights().shape().toString() : "",
          layer ? setting(operator) : "",
          ways.of(node),
          bytes == 0 ? "" : Long.toString(bytes));
    }
    return table;
  }

  private static String setting(Operator operator) {
    return operator.weights() instanceof QuantizedWeights quantized
        ? quantized.subCodewordSize() + "/" + quantized.subCodewords()
        : "dense";
  }

  private void printTotals(PrintWriter out, Graph graph) throws IOException {
    long bytes = graph.nodes().stream().mapToLong(node -> WeightBytes.of(node.operator())).sum();
    long dense = graph.nodes().stream().mapToLong(node -> WeightBytes.dense(node.operator())).sum();
    out.println("nodes    " + graph.nodes().size());
    out.println("weights  " + Units.bytes(bytes) + ", as 32-bit floats " + Units.bytes(dense));
    out.println("file     " + Units.bytes(model.file().bytes()));
    out.println(
        "work     "
            + Units.decimal(1, graph.multiplyAdds() / 1e6)
            + " million multiply-adds per image, if dense");
  }

  private static void printMetadata(PrintWriter out, Map<String, String> metadata) {
    String labels = metadata.remove(Metadata.LABELS);
    out.println();
    out.println(
        "labels   " + (labels == null ? "none" : labels.strip().lines().count() + " class names"));
    if (!metadata.containsKey(Metadata.PREPROCESSING)) {
      out.println("preprocessing   none");
    }
    metadata.forEach((key, value) -> printEntry(out, key, value.strip()));
  }

  private static void printEntry(PrintWriter out, String key, String value) {
    String shortKey = key.startsWith("org.qcnn.") ? key.substring("org.qcnn.".length()) : key;
    if (value.contains("\n")) {
      out.println(shortKey);
      value.lines().forEach(line -> out.println("  " + line));
    } else {
      out.println(shortKey + "  " + value);
    }
  }
}
