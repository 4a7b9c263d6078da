package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class OperandScalesTest {
  private static final float[] BYTES = {0, 255, 0, 255};

  /** Returns the scales of as many subspaces as bounds, each with one sub-codeword. */
  private static OperandScales scales(float responseRange, float[] bounds, float... elements) {
    return new OperandScales(
        new QuantizedWeights(
                Shape.of(1, 4, 1, 1),
                Tensor.over(Shape.of(bounds.length / 2, 1, 8 / bounds.length), elements),
                new byte[bounds.length / 2],
                10f,
                responseRange)
            .with(responseRange, new byte[0], bounds));
  }

  @Test
  void integersSpanTheBoundsOfTheirSubspace() {
    OperandScales scales = scales(1e4f, new float[] {0, 51, -1, 3}, 1, 1, 1, 1);
    assertEquals(0, scales.input(0, -7));
    assertEquals(255, scales.input(0, 60));
    assertEquals(-64, scales.input(1, -1));
    assertEquals(0, scales.input(1, Float.NaN));
  }

  @Test
  void fractionalBitsAreThoseThatLeaveRoomForTheLargestElement() {
    // A unit of the sum is a response of 1, an input of 1 is 1.
    OperandScales scales = scales(32767 / 2f, BYTES, 0.25f, -0.125f, 0.01f, 0);
    assertEquals(1f, scales.response(1));
    assertEquals(8, scales.fractionBits(0));
    assertEquals(64, scales.codeword(0, 0.25f));
    assertEquals(-32, scales.codeword(0, -0.125f));
    assertEquals(13, scales.fractionBits(1)); // 0.01 * 2^13 is 81.92
    assertEquals(82, scales.codeword(1, 0.01f));
  }

  @Test
  void aTinyCodebookHasFifteenFractionalBits() {
    OperandScales scales = scales(32767 / 2f, BYTES, 0, 0, 1e-3f, 0);
    assertEquals(15, scales.fractionBits(0));
    assertEquals(15, scales.fractionBits(1));
    assertEquals(33, scales.codeword(1, 1e-3f));
  }

  @Test
  void aLargeElementHasFewFractionalBits() {
    OperandScales scales = scales(32767 / 2f, BYTES, 0.6f, 0.25f, 20, 4);
    assertEquals(1f, scales.response(1));
    assertEquals(7, scales.fractionBits(0)); // 0.6 * 2^7 is 76.8
    assertEquals(77, scales.codeword(0, 0.6f));
    assertEquals(2, scales.fractionBits(1));
    assertEquals(80, scales.codeword(1, 20));
  }

  @Test
  void aHugeElementMakesTheUnitOfAllCoarser() {
    OperandScales scales = scales(32767 / 2f, BYTES, 0.5f, 0.25f, 200, 100);
    assertEquals(2 * 200 / 127f, scales.response(1), 1e-6f);
    assertEquals(1, scales.fractionBits(1));
    assertEquals(127, scales.codeword(1, 200));
  }

  @Test
  void noEntryLeavesSixteenBits() {
    float[] elements = {100, 100, 100, 100};
    OperandScales scales = scales(32767 / 2f, new float[] {0, 255}, elements);
    double room = 32766 - 64 * elements.length;
    assertEquals(255 * 400 / room, scales.response(1), 1e-4);
    int entry = (255 * 4 * scales.codeword(0, 100)) >> scales.fractionBits(0);
    assertTrue(entry <= Short.MAX_VALUE && entry > 0.98 * room, "entry " + entry);
  }

  @Test
  void whatFitsNoFloatIsRefused() {
    float[] narrow = {0, Float.MIN_VALUE, 0, 1};
    assertThrows(KernelException.class, () -> scales(1, narrow, 1, 1, 1, 1));
  }
}
