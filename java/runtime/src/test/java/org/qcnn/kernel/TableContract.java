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
 * input v becomes the integer {@code v / step}, with a step of 4 the entry is {@code v / 4 /
 * 2^shift}, and a window of one row reads as many columns.
 */
interface TableContract extends KernelsUnderTest {
  /**
   * Channels of a subspace: the four of them share what one could not, as an element has 8 bits.
   */
  int CHANNELS = 4;

  /** Returns the responses to one row of pixels, which is the same in every channel. */
  private float[] scaled(
      int taps, int stride, int[] shifts, float step, float weight, float... row) {
    int subspaces = shifts.length;
    float[] words = new float[subspaces * CHANNELS];
    Arrays.fill(words, weight / CHANNELS);
    float[] bounds = new float[2 * subspaces];
    for (int m = 0; m < subspaces; m++) {
      bounds[2 * m] = -128 * step;
      bounds[2 * m + 1] = 127 * step;
    }
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, subspaces * CHANNELS, 1, taps),
            Tensor.over(Shape.of(subspaces, 1, CHANNELS), words),
            new byte[taps * subspaces],
            32767 / 2f,
            32767 / 2f);
    QuantizedWeights bytes = Samples.shifted(weights, shifts);
    Window window = LayerContract.window(1, taps, 1, stride, 0, 0, 0, 0, 1, 1);
    Convolution layer =
        new Convolution(
            window,
            1,
            bytes.with(bytes.responseRange(), bytes.tableShifts(), bounds),
            new float[1],
            Activation.NONE);
    float[] input = new float[subspaces * CHANNELS * row.length];
    for (int channel = 0; channel < subspaces * CHANNELS; channel++) {
      System.arraycopy(row, 0, input, channel * row.length, row.length);
    }
    List<Operand> operands = List.of(images(subspaces * CHANNELS, 1, row.length));
    return new KernelRun(kernels(), layer, operands, 1, List.of(input)).output();
  }

  private float[] responses(int taps, int stride, int[] shifts, float... row) {
    return scaled(taps, stride, shifts, 4, 0.25f, row);
  }

  private void check(float[] found, float... expected) {
    assertArrayEquals(expected, found);
  }

  @Test
  default void entriesAreRoundedAndClampedToEightBits() {
    int[] none = {0};
    check(responses(1, 1, none, 4, 5, 7, -5, -7), 1, 1, 2, -1, -2);
    // Entries of v * 3 / 8, clamped.
    check(scaled(1, 1, none, 4, 3 / 8f, 4, 8, 12, -4, -12), 2, 3, 5, -1, -4);
    check(scaled(1, 1, none, 4, 3 / 8f, 336, 340, 508, 30000), 126, 127, 127, 127);
    check(scaled(1, 1, none, 4, 3 / 8f, -340, -344, -30000), -127, -128, -128);
  }

  @Test
  default void inputsAreRoundedToEvenAndClamped() {
    int[] none = {0};
    check(responses(1, 1, none, 2, 6, 10, -6, -10, Float.NaN), 0, 2, 2, -2, -2, 0);
    check(responses(1, 1, none, 508, 512, 30000, -516), 127, 127, 127, -128);
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
    check(responses(1, 1, new int[] {3}, 32, 40, 48, 56, -48, 30000), 8, 8, 16, 16, -8, 8 * 16);
    check(responses(2, 1, new int[] {1, 0}, 400, 400), 200 + 127);
  }

  /** A chunk has room for 24 pairs of 128, so that the sum is clamped to 32767 - 24 * 128. */
  @Test
  default void sumsAreClampedToWhatLeavesRoomForAChunk() {
    check(saturating(2, 32000), 2 * (127 + 125) * 64);
    check(saturating(140, 32000), 29695 * 64);
    check(saturating(140, -32000), -29695 * 64);
  }

  private float[] saturating(int subspaces, float most) {
    int[] shifts = new int[subspaces];
    Arrays.fill(shifts, 6);
    return scaled(3, 1, shifts, 256, 0.25f, most, most, most);
  }
}
