package org.qcnn.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The functions in a file against dense weights: both written, both run by ONNX Runtime, which so
 * judges our bit planes, our shapes and our attributes.
 */
class QuantizedLayersTest {
  private static final int BATCH = 2;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16, 32, 100, 128, 129, 255, 256})
  void everySizeOfCodebook(int subCodewords) throws Exception {
    RandomLayers random = new RandomLayers(subCodewords);
    Window window = Window.square(3, 1, 1);
    compare(
        Shape.of(8, 6, 5),
        new Convolution(
            window,
            1,
            random.quantized(Shape.of(7, 8, 3, 3), subCodewords, 4),
            random.values(7),
            Activation.RELU));
    compare(
        Shape.of(20),
        new FullyConnected(
            random.quantized(Shape.of(9, 20), subCodewords, 4), random.values(9), Activation.NONE));
  }

  @ParameterizedTest
  @CsvSource({
    // channels, outputs, groups, Cs', kernel, stride, dilation, pads
    "8, 6, 1, 3, 3x3, 1x1, 1x1, 1 1 1 1",
    "7, 5, 1, 4, 1x1, 1x1, 1x1, 0 0 0 0",
    "5, 4, 1, 8, 3x3, 1x1, 1x1, 0 0 0 0",
    "3, 8, 1, 1, 5x3, 2x3, 1x1, 2 1 0 3",
    "12, 9, 3, 3, 3x3, 2x2, 1x1, 1 1 1 1",
    "12, 8, 2, 4, 1x4, 1x2, 1x1, 0 2 0 1",
    "6, 6, 6, 1, 3x3, 1x1, 1x1, 1 1 1 1",
    "8, 4, 2, 2, 3x2, 1x1, 2x3, 2 3 1 0",
  })
  void everyKindOfWindow(
      int channels,
      int outputs,
      int groups,
      int size,
      String kernel,
      String strides,
      String dilations,
      String pads)
      throws Exception {
    RandomLayers random = new RandomLayers(channels);
    int[] extents = numbers(kernel);
    Shape shape = Shape.of(outputs, channels / groups, extents[0], extents[1]);
    compare(
        Shape.of(channels, 11, 9),
        new Convolution(
            new Window(extents, numbers(strides), numbers(pads), numbers(dilations)),
            groups,
            random.shifted(shape, 11, size),
            random.values(outputs),
            Activation.NONE));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "10, 1, 3", "10, 3, 10", "33, 17, 4", "5, 64, 8"})
  void everyWidthOfAFullyConnectedLayer(int inputs, int outputs, int size) throws Exception {
    RandomLayers random = new RandomLayers(inputs);
    compare(
        Shape.of(inputs),
        new FullyConnected(
            random.quantized(Shape.of(outputs, inputs), 32, size),
            random.values(outputs),
            Activation.RELU));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNetworkQuantizedInPart(boolean firstDense) throws Exception {
    RandomLayers random = new RandomLayers(3);
    Shape shape = Shape.of(6, 3, 3, 3);
    Convolution first =
        new Convolution(
            Window.square(3, 1, 1),
            1,
            firstDense ? random.dense(6, 3, 3, 3) : random.quantized(shape, 8, 3),
            random.values(6),
            Activation.RELU);
    FullyConnected last =
        new FullyConnected(
            random.quantized(Shape.of(4, 96), 16, 5), random.values(4), Activation.NONE);
    compare(
        new Graph(
            "image",
            Shape.of(3, 4, 4),
            List.of(
                new Node("first", first, List.of("image"), "features"),
                new Node("flat", new Reshaping(Shape.of(96)), List.of("features"), "vector"),
                new Node("last", last, List.of("vector"), "scores")),
            List.of("scores"),
            Map.of()));
  }

  private static void compare(Shape input, Operator layer) throws Exception {
    Node node = new Node("layer", layer, List.of("image"), "response");
    compare(new Graph("image", input, List.of(node), List.of("response"), Map.of()));
  }

  private static void compare(Graph quantized) throws Exception {
    float[] images = new RandomLayers(9).values(BATCH * quantized.inputShape().count());
    Tensor found = ReferenceRuntime.run(quantized, BATCH, images);
    Tensor expected = ReferenceRuntime.run(Decompression.decompress(quantized), BATCH, images);
    assertEquals(expected.shape(), found.shape());
    assertClose(expected.toArray(), found.toArray());
  }

  /** Checks that no value is off by more than 1e-5 of the largest. */
  static void assertClose(float[] expected, float[] found) {
    assertEquals(expected.length, found.length);
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, found, 1e-5f * largest);
  }

  private static int[] numbers(String text) {
    String[] parts = text.split("[x ]", -1);
    int[] numbers = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Integer.parseInt(parts[i]);
    }
    return numbers;
  }
}
