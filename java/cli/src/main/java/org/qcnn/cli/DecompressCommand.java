package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.qcnn.graph.Graph;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.writer.Decompression;
import org.qcnn.writer.OnnxWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code qcnn decompress}. */
@Command(
    name = "decompress",
    description = {
      "Writes a compressed network with plain dense weights, for tools that want none but standard"
          + " operators. It computes the same; the accuracy lost does not come back.",
      ""
    },
    footer = {"", "Example:", "  qcnn decompress small.onnx -o dense.onnx"})
final class DecompressCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelParameters model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "OUT.onnx",
      description = "The dense network.")
  private Path output;

  @Override
  public Integer call() throws IOException {
    OutputFile.checkOnnx(output);
    OutputFile.checkApart(output, model.file().path());
    Graph graph = model.read();
    long quantized =
        graph.nodes().stream()
            .filter(node -> node.operator().weights() instanceof QuantizedWeights)
            .count();
    long bytesBefore = model.file().bytes();
    OnnxWriter.write(Decompression.decompress(graph), output);
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        quantized == 0
            ? "no layer was compressed; the network was written as it is"
            : quantized + " layers decompressed");
    out.println(
        Units.bytes(bytesBefore) + " -> " + output + ", " + Units.bytes(Files.size(output)));
    out.flush();
    return 0;
  }
}
