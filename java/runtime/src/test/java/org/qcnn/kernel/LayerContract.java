package org.qcnn.kernel;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Window;

/** Convolutions and fully-connected layers with dense weights. */
interface LayerContract extends KernelsUnderTest {
  /** A convolution of {@code [channels per group * groups, height, width]}. */
  default void convolve(
      int groups, int channels, int filters, int height, int width, Window window, int activation) {
    Samples samples = new Samples(channels + 31L * filters + height);
    Convolution operator =
        new Convolution(
            window,
            groups,
            samples.dense(filters * groups, channels, window.kernelHeight, window.kernelWidth),
            samples.floats(filters * groups),
            Samples.ACTIVATIONS[activation]);
    check(operator, KernelsUnderTest.images(channels * groups, height, width));
  }

  static Window window(int... numbers) {
    return new Window(
        new int[] {numbers[0], numbers[1]},
        new int[] {numbers[2], numbers[3]},
        new int[] {numbers[4], numbers[5], numbers[6], numbers[7]},
        new int[] {numbers[8], numbers[9]});
  }

  @Test
  default void convolutionOfOnePixel() {
    convolve(1, 1, 1, 1, 1, Window.square(1, 1, 0), 0);
    convolve(1, 17, 33, 1, 1, Window.square(1, 1, 0), 1);
  }

  @Test
  default void pointwiseConvolution() {
    convolve(1, 19, 23, 7, 9, Window.square(1, 1, 0), 2);
    convolve(1, 64, 40, 5, 5, Window.square(1, 2, 0), 3);
  }

  @Test
  default void usualConvolution() {
    convolve(1, 3, 8, 13, 13, Window.square(3, 1, 1), 1);
    convolve(1, 16, 37, 14, 15, Window.square(3, 1, 1), 4);
    convolve(1, 3, 20, 35, 33, Window.square(11, 4, 2), 5);
    convolve(1, 5, 6, 9, 8, Window.square(5, 2, 2), 6);
  }

  @Test
  default void convolutionInGroups() {
    convolve(2, 6, 9, 10, 11, Window.square(5, 1, 2), 1);
    convolve(3, 4, 1, 8, 8, Window.square(3, 2, 1), 0);
  }

  @Test
  default void depthwiseConvolution() {
    convolve(13, 1, 1, 11, 17, Window.square(3, 1, 1), 2);
    convolve(32, 1, 1, 9, 9, Window.square(3, 2, 1), 1);
    convolve(5, 1, 2, 7, 6, Window.square(5, 1, 2), 0);
  }

  @Test
  default void convolutionOfOddWindows() {
    convolve(1, 4, 5, 12, 20, window(1, 7, 1, 2, 0, 3, 0, 3, 1, 1), 0);
    convolve(1, 4, 5, 20, 12, window(7, 1, 3, 1, 3, 0, 1, 0, 1, 1), 1);
    convolve(1, 6, 7, 15, 16, window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2), 0);
    convolve(2, 3, 4, 11, 13, window(3, 2, 2, 3, 0, 1, 4, 2, 3, 2), 0);
    convolve(1, 2, 3, 3, 3, window(3, 3, 1, 1, 5, 5, 5, 5, 1, 1), 1);
  }

  @Test
  default void fullyConnected() {
    int[][] sizes = {{1, 1}, {7, 5}, {64, 16}, {100, 33}, {257, 130}};
    for (int[] size : sizes) {
      Samples samples = new Samples(size[0]);
      Activation activation = Samples.ACTIVATIONS[size[0] % Samples.ACTIVATIONS.length];
      FullyConnected operator =
          new FullyConnected(samples.dense(size[1], size[0]), samples.floats(size[1]), activation);
      check(operator, KernelsUnderTest.images(size[0]));
    }
  }
}
