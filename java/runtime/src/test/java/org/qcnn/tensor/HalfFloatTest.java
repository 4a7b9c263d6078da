package org.qcnn.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ShortBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class HalfFloatTest {
  @Test
  void knowsTheLandmarksOfTheFormat() {
    assertEquals(0x1p-24f, HalfFloat.toFloat((short) 0x0001), "smallest subnormal");
    assertEquals(0x1p-14f, HalfFloat.toFloat((short) 0x0400), "smallest normal");
    assertEquals(1f, HalfFloat.toFloat((short) 0x3c00));
    assertEquals(-2f, HalfFloat.toFloat((short) 0xc000));
    assertEquals(HalfFloat.MAX_VALUE, HalfFloat.toFloat((short) 0x7bff));
    assertEquals(Float.NEGATIVE_INFINITY, HalfFloat.toFloat((short) 0xfc00));
    assertTrue(Float.isNaN(HalfFloat.toFloat((short) 0x7e00)));
  }

  @Test
  void everyHalfFloatSurvivesTheWayThere_andBack() {
    for (int bits = 0; bits < 0x10000; bits++) {
      float value = HalfFloat.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(HalfFloat.round(value)));
      } else {
        assertEquals((short) bits, HalfFloat.fromFloat(value), () -> "value " + value);
      }
    }
  }

  @Test
  void roundsToTheNearestAndHalvesToTheEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float below = HalfFloat.toFloat((short) bits);
      float above = HalfFloat.toFloat((short) (bits + 1));
      float middle = (below + above) / 2;
      float even = (bits & 1) == 0 ? below : above;
      assertEquals(even, HalfFloat.round(middle));
      assertEquals(below, HalfFloat.round(Math.nextDown(middle)));
      assertEquals(above, HalfFloat.round(Math.nextUp(middle)));
      assertEquals(-even, HalfFloat.round(-middle));
    }
  }

  @Test
  void overflowsWhereRoundingWouldReachTheNextPowerOfTwo() {
    assertEquals(HalfFloat.MAX_VALUE, HalfFloat.round(Math.nextDown(65520f)));
    assertEquals(Float.POSITIVE_INFINITY, HalfFloat.round(65520f));
    assertEquals(Float.NEGATIVE_INFINITY, HalfFloat.round(-Float.MAX_VALUE));
    assertEquals(Float.POSITIVE_INFINITY, HalfFloat.round(Float.POSITIVE_INFINITY));
  }

  @Test
  void keepsTheSignOfZeroAndOfWhatVanishes() {
    assertEquals((short) 0x8000, HalfFloat.fromFloat(-0f));
    assertEquals((short) 0x8000, HalfFloat.fromFloat(-Float.MIN_VALUE));
    assertEquals((short) 0, HalfFloat.fromFloat(0x1p-25f));
  }

  @Test
  void tellsWhetherAllAreFinite_whereverTheStrangeOneIs() {
    for (int count = 1; count < 10; count++) {
      for (int strange = 0; strange < count; strange++) {
        for (int bits : new int[] {0x7c00, 0xfc00, 0x7e00, 0x7c01, 0xffff}) {
          short[] halves = new short[count];
          Arrays.fill(halves, (short) 0xfbff);
          assertTrue(HalfFloat.areFinite(ShortBuffer.wrap(halves)));
          halves[strange] = (short) bits;
          assertFalse(HalfFloat.areFinite(ShortBuffer.wrap(halves)));
        }
      }
    }
  }
}
