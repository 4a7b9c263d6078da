package org.qcnn.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.writer.OnnxWriter;

class OnnxRuntimeComparisonTest {
  @TempDir Path folder;

  @Test
  void theLayersOfTheBenchmarksAreTheSameInOnnxRuntime() throws Exception {
    for (ConvolutionLayer layer :
        List.of(ConvolutionLayer.ALEXNET_CONV2, ConvolutionLayer.RESNET_STRIDE_2)) {
      Convolution convolution = layer.quantized();
      Node node = new Node("layer", convolution, List.of("image"), "response");
      Graph graph =
          new Graph("image", layer.inputShape(), List.of(node), List.of("response"), Map.of());
      Path file = folder.resolve(layer + ".onnx");
      OnnxWriter.write(graph, file);
      OnnxRuntimeComparison.Distances distances = OnnxRuntimeComparison.compare(file);
      assertTrue(distances.acceptable() && distances.lookup() < 0.01, distances.toString());
    }
  }
}
