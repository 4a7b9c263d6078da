package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.qcnn.kernel.KernelsUnderTest.images;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The arithmetic of 8-bit tables on numbers that can be checked by hand: a unit of the sum is 1, an
 * input v has the entry {@code v / 4 / 2^shift}, and a window of one row reads as many columns.
 */
interface TableContract extends KernelsUnderTest {
  /** Returns the responses to one row of pixels, which is the same in every channel. */
  private float[] responses(int taps, int stride, int[] shifts, float... row) {
    int subspaces = shifts.length;
    float[] words = new float[subspaces];
    Arrays.fill(words, 0.25f);
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, subspaces, 1, taps),
            Tensor.over(Shape.of(subspaces, 1, 1), words),
            new byte[taps * subspaces],
            32767 / 2f,
            32767 / 2f);
    Window window = LayerContract.window(1, taps, 1, stride, 0, 0, 0, 0, 1, 1);
    Convolution layer =
        new Convolution(window, 1, Samples.shifted(weights, shifts), new float[1], Activation.NONE);
    float[] input = new float[subspaces * row.length];
    for (int channel = 0; channel < subspaces; channel++) {
      System.arraycopy(row, 0, input, channel * row.length, row.length);
    }
    List<Operand> operands = List.of(images(subspaces, 1, row.length));
    return new KernelRun(kernels(), layer, operands, 1, List.of(input)).output();
  }

  private void check(float[] found, float... expected) {
    assertArrayEquals(expected, found);
  }

  @Test
  default void entriesAreRoundedAndClampedToEightBits() {
    int[] none = {0};
    check(responses(1, 1, none, 4, 5, 6, 7, -5, -6, -7), 1, 1, 2, 2, -1, -1, -2);
    check(responses(1, 1, none, 508, 512, 30000), 127, 127, 127);
    check(responses(1, 1, none, -508, -512, -516, -30000), -127, -128, -128, -128);
  }

  @Test
  default void pairsOfTapsSaturateAtEightBits() {
    int[] none = {0};
    check(responses(2, 1, none, 400, 400), 127);
    check(responses(2, 1, none, -400, -400), -128);
    check(responses(3, 1, none, 400, 400, 400), 227);
    check(responses(3, 1, none, -400, -400, -400), -228);
    check(responses(4, 1, none, -400, -400, -400, 400), -128);
    check(responses(4, 1, none, 400, -400, 400, 400), 127);
  }

  /** With a stride of 2 the pairs are taps 0 and 2 and tap 1 alone. */
  @Test
  default void pairsAreOfOnePhaseOfTheStride() {
    check(responses(3, 2, new int[] {0}, 400, 400, -400), 100);
    check(responses(3, 2, new int[] {0}, 400, -400, 400), 27);
  }

  @Test
  default void tableShiftsCountInLargerUnits() {
    check(responses(1, 1, new int[] {3}, 32, 40, 48, 56, -48, 30000), 8, 8, 16, 16, -8, 8 * 127);
    check(responses(2, 1, new int[] {1, 0}, 400, 400), 200 + 127);
  }

  @Test
  default void sumsOfPhasesSaturateAtSixteenBits() {
    float most = 32000;
    check(responses(3, 1, new int[] {6, 6}, most, most, most), 2 * (127 + 125) * 64);
    check(responses(3, 1, new int[] {6, 6, 6}, most, most, most), 32767);
    check(responses(3, 1, new int[] {6, 6, 6}, -most, -most, -most), -32768);
  }
}
