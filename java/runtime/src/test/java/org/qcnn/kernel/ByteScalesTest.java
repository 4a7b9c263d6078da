package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class ByteScalesTest {
  /** Returns weights of two subspaces, whose only sub-codewords are the pairs of elements. */
  private static QuantizedWeights weights(
      float responseRange, float[] bounds, int[] shifts, float... elements) {
    byte[] tableShifts = {(byte) shifts[0], (byte) shifts[1]};
    return new QuantizedWeights(
            Shape.of(1, 4, 1, 1),
            Tensor.over(Shape.of(2, 1, 2), elements),
            new byte[2],
            10f,
            responseRange)
        .with(responseRange, tableShifts, bounds);
  }

  private static ByteScales scales(QuantizedWeights weights) {
    return new ByteScales(weights, weights.tableShifts());
  }

  @Test
  void integersSpanTheBoundsOfTheirSubspace() {
    float[] bounds = {0, 51, -1, 3};
    ByteScales scales = scales(weights(1e4f, bounds, new int[2], 1, 1, 1, 1));
    assertEquals(0, scales.input(0, -7));
    assertEquals(5, scales.input(0, 1));
    assertEquals(255, scales.input(0, 51));
    assertEquals(255, scales.input(0, Float.POSITIVE_INFINITY));
    // 63.75 steps lie below 0, of which 64 are kept.
    assertEquals(-64, scales.input(1, -1));
    assertEquals(-64, scales.input(1, Float.NEGATIVE_INFINITY));
    assertEquals(191, scales.input(1, 3));
    assertEquals(0, scales.input(1, Float.NaN));
  }

  @Test
  void withoutBoundsIntegersReachTheLargestInputOnBothSides() {
    ByteScales scales = scales(weights(1e4f, new float[0], new int[2], 1, 1, 1, 1));
    assertEquals(127, scales.input(0, 10));
    assertEquals(-128, scales.input(0, -10));
  }

  @Test
  void aProductOf256IsOneUnitOfTheEntry() {
    // A unit of the sum is a response of 1, an input of 1 is 1.
    float[] bounds = {0, 255, 0, 255};
    ByteScales scales = scales(weights(32767 / 2f, bounds, new int[] {3, 4}, 0.5f, -1, 2, 4));
    // The sum counts in those of the smaller shift, 3.
    assertEquals(8f, scales.response(1));
    assertEquals(16, scales.codeword(0, 0.5f));
    assertEquals(-32, scales.codeword(0, -1));
    assertEquals(32, scales.codeword(1, 2));
    assertEquals(8, scales.fractionBits(0));
  }

  @Test
  void aLargeCodewordMakesTheUnitOfAllCoarser() {
    float[] bounds = {0, 255, 0, 255};
    ByteScales scales = scales(weights(32767 / 2f, bounds, new int[2], 0.5f, 0.25f, 2, 4));
    assertEquals(127, scales.codeword(1, 4));
    assertEquals(16, scales.codeword(0, 0.5f));
    assertEquals(4 * 256 / 127f, scales.response(1), 1e-6f);
  }

  @Test
  void zeroCodebooksAreFine() {
    assertEquals(0, scales(weights(1, new float[0], new int[2], 0, 0, 0, 0)).codeword(0, 0));
  }

  @Test
  void whatFitsNoFloatIsRefused() {
    float[] narrow = {0, Float.MIN_VALUE, 0, 1};
    QuantizedWeights weights = weights(1, narrow, new int[2], 1, 1, 1, 1);
    assertThrows(KernelException.class, () -> scales(weights));
  }
}
