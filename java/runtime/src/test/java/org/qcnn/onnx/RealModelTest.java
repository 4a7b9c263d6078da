package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;

/** Networks as others have exported them; skipped where the shared data is not there. */
class RealModelTest {
  private static Path file(String name) {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null
        && !(Files.isDirectory(folder.resolve("java"))
            && Files.exists(folder.resolve("pom.xml")))) {
      folder = folder.getParent();
    }
    Path data =
        Path.of(
            System.getProperty(
                "qcnn.data",
                folder == null ? "data" : folder.resolve("../shared/data").toString()));
    Path file = data.resolve(name);
    assumeTrue(Files.exists(file), "skipped: there is no " + file);
    return file;
  }

  private static Map<String, Integer> operators(Graph graph) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Node node : graph.nodes()) {
      counts.merge(node.operator().name(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void resnet34() throws IOException {
    Path file = file("resnet34/resnet34.onnx");
    Graph graph = OnnxReader.read(file, ImportOptions.DEFAULT);
    assertEquals(
        "{Add=16, AveragePool=3, Convolution=33, FullyConnected=1, GlobalAveragePool=1, MaxPool=1,"
            + " Pad=3, Reshape=1}",
        operators(graph).toString());
    assertEquals(List.of("logits"), graph.outputs());
    float[] image = OnnxRuntimeComparison.randomImages(1, 3, 227, 227);
    OnnxRuntimeComparison.check(
        Files.readAllBytes(file), graph.input(), 1e-5f, image, 1, 3, 227, 227);
  }

  @ParameterizedTest
  @CsvSource({"resnet20, 19, 9", "resnet44, 43, 21"})
  void residualNetworksForSmallImages(String name, int convolutions, int additions)
      throws IOException {
    Path file = file("cifar10/" + name + ".onnx");
    Graph graph = OnnxReader.read(file, ImportOptions.DEFAULT);
    assertEquals(
        String.format(
            "{Add=%d, Convolution=%d, FullyConnected=1, GlobalAveragePool=1, Pad=2, Reshape=1,"
                + " Slice=2}",
            additions, convolutions),
        operators(graph).toString());
    float[] images = OnnxRuntimeComparison.randomImages(4, 3, 32, 32);
    OnnxRuntimeComparison.check(
        Files.readAllBytes(file), graph.input(), 1e-5f, images, 4, 3, 32, 32);
  }
}
