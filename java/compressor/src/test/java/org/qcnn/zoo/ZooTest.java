package org.qcnn.zoo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;

class ZooTest {
  @ParameterizedTest
  @CsvSource({
    "alexnet, 60965224, 724406816, 256x6x6",
    "caffenet, 60965224, 724406816, 256x6x6",
    "cnn-s, 102908520, 2927705120, 512x6x6",
    "resnet-18, 11684712, 1814073344, 512x1x1",
    "vgg-16, 138357544, 15470264320, 512x7x7",
  })
  void hasThePublishedSize(String name, long parameters, long multiplyAdds, String features) {
    Graph graph = Zoo.build(name, 1);
    assertEquals(parameters, parameters(graph));
    assertEquals(multiplyAdds, graph.multiplyAdds());
    assertEquals(Shape.of(1000), graph.shape(graph.outputs().get(0)));
    Node flatten = graph.nodes().stream().filter(n -> n.name().equals("flatten")).findAny().get();
    assertEquals(features, graph.inputShapes(flatten).get(0).toString());
  }

  @Test
  void theSeedAloneDecidesTheWeights() {
    assertArrayEquals(
        firstWeights(Zoo.build("resnet-18", 1)), firstWeights(Zoo.build("resnet-18", 1)));
    float other = firstWeights(Zoo.build("resnet-18", 2))[0];
    assertNotEquals(firstWeights(Zoo.build("resnet-18", 1))[0], other);
  }

  @Test
  void anUnknownNameIsToldTheKnownOnes() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Zoo.build("lenet", 1));
    assertEquals(
        "there is no network lenet, only alexnet, caffenet, cnn-s, resnet-18, vgg-16",
        error.getMessage());
    assertEquals(List.of("alexnet", "caffenet", "cnn-s", "resnet-18", "vgg-16"), Zoo.names());
  }

  private static float[] firstWeights(Graph graph) {
    return graph.nodes().get(0).operator().weights().decode().toArray();
  }

  private static long parameters(Graph graph) {
    long count = 0;
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Convolution layer) {
        count += layer.weights().shape().count() + layer.bias().length;
      } else if (node.operator() instanceof FullyConnected layer) {
        count += layer.weights().shape().count() + layer.bias().length;
      }
    }
    return count;
  }
}
