package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.qcnn.kernel.KernelsUnderTest.images;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;

/** Layers with quantized weights, each way: all kernel sets equal the Java one bit for bit. */
interface LookupContract extends KernelsUnderTest {
  /**
   * Compares on usual inputs and on hostile ones, with a scale that fits and one that saturates.
   * Products know no such scale, and are compared on three hostile images: emulators are slow.
   */
  default void compare(LayerOf layer, Operand input, float responseRange) {
    for (int batch : new int[] {1, 3}) {
      Samples samples = new Samples(5L * batch);
      int count = batch * input.shape().count();
      compare(layer.make(responseRange), input, batch, samples.floats(count), Way.LOOKUP);
      compare(layer.make(responseRange), input, batch, samples.hostile(count), Way.LOOKUP);
      compare(layer.make(responseRange / 20), input, batch, samples.floats(count), Way.LOOKUP);
    }
    Operator operator = layer.make(responseRange);
    if (operator instanceof Convolution
        && kernels().multiplies((Convolution) operator, input.shape())) {
      float[] hostile = new Samples(15).hostile(3 * input.shape().count());
      compare(operator, input, 3, hostile, Way.PRODUCTS);
    }
  }

  /** Makes a layer calibrated for a largest response. */
  interface LayerOf {
    Operator make(float responseRange);
  }

  private void compare(Operator operator, Operand operand, int batch, float[] input, Way way) {
    List<Operand> operands = List.of(operand);
    List<float[]> inputs = List.of(input);
    float[] expected =
        new KernelRun(new JavaKernels(), operator, operands, batch, inputs, way).output();
    float[] found = new KernelRun(kernels(), operator, operands, batch, inputs, way).output();
    for (int i = 0; i < found.length; i++) {
      // Adding 0 turns -0 into 0: which of the two a maximum of both returns is left open.
      assertEquals(expected[i] + 0f, found[i] + 0f, "element " + i);
    }
  }

  default void convolve(
      int groups, int channels, int filters, int height, int width, Window window, int... book) {
    for (Tables tables : Tables.values()) {
      LayerOf layer =
          responseRange -> {
            Samples samples = new Samples(height);
            QuantizedWeights weights =
                samples.quantized(
                    book[0],
                    book[1],
                    3f,
                    responseRange,
                    filters * groups,
                    channels,
                    window.kernelHeight,
                    window.kernelWidth);
            return new Convolution(
                window,
                groups,
                tables.of(weights, samples),
                samples.floats(filters * groups),
                activation(filters));
          };
      int terms = channels * window.kernelPositions();
      compare(layer, images(channels * groups, height, width), (float) (4 * Math.sqrt(terms)));
    }
  }

  /** The lookup tables that a convolution may have. */
  enum Tables {
    WORDS,
    WORDS_OF_BYTES,
    BYTES;

    QuantizedWeights of(QuantizedWeights weights, Samples samples) {
      int subspaces = weights.subspaces();
      if (this == WORDS) {
        return weights;
      }
      int[] shifts = samples.shifts(subspaces, QuantizedWeights.MAX_TABLE_SHIFT);
      float[] bounds = samples.bounds(subspaces);
      if (this == WORDS_OF_BYTES) {
        return weights.with(weights.responseRange(), new byte[0], bounds);
      }
      QuantizedWeights shifted = Samples.shifted(weights, shifts);
      // Without bounds of their own for the others.
      return subspaces % 2 == 0
          ? shifted
          : shifted.with(weights.responseRange(), shifted.tableShifts(), bounds);
    }
  }

  /** Returns an activation; not the sigmoid, whose last bit depends on the exponential function. */
  private static Activation activation(int number) {
    Activation activation = Samples.ACTIVATIONS[number % Samples.ACTIVATIONS.length];
    return activation.kind == Activation.Kind.SIGMOID ? Activation.NONE : activation;
  }

  @Test
  default void lookupConvolution() {
    convolve(1, 8, 16, 13, 13, Window.square(3, 1, 1), 32, 4);
    convolve(1, 64, 40, 7, 7, Window.square(3, 1, 1), 128, 8);
    convolve(1, 32, 33, 14, 14, Window.square(1, 1, 0), 64, 8);
    convolve(1, 16, 17, 30, 45, Window.square(5, 1, 2), 256, 8);
  }

  /** So many that vectors of filters may be faster than vectors of positions. */
  @Test
  default void lookupConvolutionWithManyFilters() {
    convolve(1, 16, 200, 7, 7, Window.square(3, 1, 1), 128, 8);
    convolve(2, 9, 130, 5, 70, Window.square(3, 2, 1), 60, 4);
    convolve(1, 17, 260, 6, 5, Window.square(1, 1, 0), 32, 2);
  }

  @Test
  default void lookupConvolutionWithIncompleteSubspaces() {
    convolve(1, 3, 5, 9, 10, Window.square(3, 1, 1), 2, 2);
    convolve(1, 10, 7, 8, 9, Window.square(3, 1, 1), 17, 4);
    convolve(1, 7, 4, 5, 5, Window.square(3, 1, 1), 5, 1);
    convolve(3, 5, 4, 40, 41, LayerContract.window(3, 2, 2, 3, 1, 0, 1, 1, 3, 2), 1, 3);
  }

  @Test
  default void lookupWithOneSubspaceWiderThanTheInput() {
    convolve(1, 5, 3, 6, 6, Window.square(2, 1, 0), 3, 8);
    convolve(1, 3, 8, 9, 9, Window.square(3, 2, 1), 16, 4);
    connect(3, 5, 4, 8);
  }

  @Test
  default void lookupConvolutionWithStride() {
    convolve(1, 3, 24, 35, 33, Window.square(11, 4, 2), 128, 3);
    convolve(1, 16, 9, 14, 15, Window.square(3, 2, 1), 32, 4);
    convolve(1, 16, 9, 14, 15, Window.square(1, 2, 0), 32, 4);
    convolve(1, 4, 6, 17, 12, Window.square(5, 3, 2), 16, 4);
  }

  @Test
  default void lookupConvolutionInGroups() {
    convolve(2, 24, 11, 9, 9, Window.square(5, 1, 2), 128, 8);
    convolve(3, 5, 2, 10, 11, Window.square(3, 2, 1), 8, 4);
  }

  @Test
  default void lookupConvolutionOfOddWindows() {
    convolve(1, 8, 5, 12, 20, LayerContract.window(1, 7, 1, 2, 0, 3, 0, 3, 1, 1), 16, 4);
    convolve(1, 8, 5, 20, 12, LayerContract.window(7, 1, 3, 1, 3, 0, 1, 0, 1, 1), 16, 4);
    convolve(1, 8, 6, 15, 16, LayerContract.window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), 16, 8);
    convolve(2, 4, 4, 11, 13, LayerContract.window(3, 2, 2, 3, 0, 1, 4, 2, 3, 2), 16, 2);
    convolve(1, 4, 3, 3, 3, LayerContract.window(3, 3, 1, 1, 5, 5, 5, 5, 1, 1), 16, 4);
    convolve(1, 4, 3, 1, 1, LayerContract.window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1), 16, 4);
  }

  @Test
  default void lookupFullyConnected() {
    int[][] sizes = {
      {1, 1, 2, 1},
      {10, 7, 5, 4},
      {9, 40, 1, 2},
      {600, 5, 4, 256},
      {64, 33, 16, 4},
      {128, 70, 32, 2},
      {300, 129, 128, 8},
      {513, 64, 256, 3},
      {96, 1000, 31, 6},
      {40, 65, 64, 16}
    };
    for (int[] size : sizes) {
      connect(size[0], size[1], size[2], size[3]);
    }
  }

  default void connect(int inputs, int outputs, int codewords, int size) {
    LayerOf layer =
        responseRange -> {
          Samples samples = new Samples(inputs);
          QuantizedWeights weights =
              samples.quantized(codewords, size, 3f, responseRange, outputs, inputs);
          return new FullyConnected(weights, samples.floats(outputs), activation(outputs));
        };
    compare(layer, images(inputs), (float) (4 * Math.sqrt(inputs)));
  }
}
