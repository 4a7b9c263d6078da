package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.writer.OnnxWriter;
import org.qcnn.zoo.Zoo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code qcnn zoo}. */
@Command(
    name = "zoo",
    description = {
      "Writes a well-known network with its published shapes, but random weights: good for sizes"
          + " and speeds, of no use for accuracy.",
      ""
    },
    footer = {"", "Examples:", "  qcnn zoo --list", "  qcnn zoo alexnet -o alexnet.onnx"})
final class ZooCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "See --list.")
  private String name;

  @Option(names = "--list", description = "Lists the networks.")
  private boolean list;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.onnx",
      description = "The network.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the random weights (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (list) {
      Zoo.names().forEach(out::println);
    } else {
      write(out);
    }
    out.flush();
    return 0;
  }

  private void write(PrintWriter out) throws IOException {
    if (name == null || output == null) {
      throw new UsageException(
          "say which network and where to write it: qcnn zoo NAME -o FILE.onnx");
    }
    if (!Zoo.names().contains(name)) {
      throw new UsageException(
          "there is no network " + name + ", only " + String.join(", ", Zoo.names()));
    }
    OutputFile.checkOnnx(output);
    Graph graph = Zoo.build(name, seed);
    String source = "qcnn zoo " + name + ", random weights of seed " + seed;
    OnnxWriter.write(
        graph.withMetadata(Map.of(Metadata.PROVENANCE_PREFIX + "source", source)), output);
    out.printf(
        "%s: input %s, %s million multiply-adds, random weights%n",
        name, graph.inputShape(), Units.decimal(1, graph.multiplyAdds() / 1e6));
    out.println("written: " + output + ", " + Units.bytes(Files.size(output)));
  }
}
