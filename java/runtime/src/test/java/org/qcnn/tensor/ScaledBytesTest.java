package org.qcnn.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ScaledBytesTest {
  private static Tensor tensor(Shape shape, byte[] bytes, float[] scales, int part) {
    return Tensor.overBytes(shape, new ScaledBytes(ByteBuffer.wrap(bytes), scales, part));
  }

  @Test
  void everyPartHasItsScale() {
    Tensor tensor = tensor(Shape.of(2, 2), new byte[] {1, -2, 127, -128}, new float[] {0.5f, 2}, 2);
    assertArrayEquals(new float[] {0.5f, -1, 254, -256}, tensor.toArray());
    assertEquals(-256, tensor.value(3));
    assertEquals(254, tensor.values().get(2));
    assertFalse(tensor.bytes().isShared());
  }

  @Test
  void partsMayShareTheirBytes() {
    Tensor tensor = tensor(Shape.of(3, 2), new byte[] {1, -2}, new float[] {1, 2, 3}, 2);
    assertArrayEquals(new float[] {1, -2, 2, -4, 3, -6}, tensor.toArray());
    assertEquals(-6, tensor.value(5));
    assertTrue(tensor.bytes().isShared());
    assertTrue(tensor.isFinite());
    assertEquals(Shape.of(6), tensor.reshaped(Shape.of(6)).shape());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ByteBuffer five = ByteBuffer.allocate(5);
    assertThrows(
        IllegalArgumentException.class, () -> new ScaledBytes(five, new float[] {1, 2}, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> tensor(Shape.of(5), new byte[2], new float[] {1, 2}, 2));
  }

  @Test
  void scalesThatAreNotFiniteShow() {
    for (float scale : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
      assertFalse(tensor(Shape.of(1), new byte[] {2}, new float[] {scale}, 1).isFinite());
    }
  }

  @Test
  void roundingUsesTheWholeRange() {
    float scale = ScaledBytes.scale(0.31f);
    assertEquals(127, ScaledBytes.round(0.31f, scale));
    assertEquals(-127, ScaledBytes.round(-0.31f, scale));
    assertEquals(-127, ScaledBytes.round(-9f, scale));
    assertEquals(0, ScaledBytes.round(0, ScaledBytes.scale(0)));
  }
}
