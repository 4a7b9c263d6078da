package org.qcnn.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qcnn.tensor.Shape;

class AugmentationTest {
  private static final Shape GREY = Shape.of(1, 1, 8);
  private static final float[] RAMP = {0, 1, 2, 3, 4, 5, 6, 7};

  @Test
  void noneChangesNothing() {
    float[] same = Augmentation.NONE.apply(RAMP, GREY, new Random(1));
    assertArrayEquals(RAMP, same);
    assertNotSame(RAMP, same);
  }

  @Test
  void shiftsMirrorWhatTheyUncover() {
    Augmentation shift = new Augmentation(0.75, true, 0);
    Set<String> found = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      found.add(java.util.Arrays.toString(shift.apply(RAMP, GREY, new Random(seed))));
    }
    // One channel: a third of the shift, two pixels to either side, and no flip.
    assertEquals(5, found.size());
    assertTrue(found.contains("[2.0, 1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]"), found.toString());
    assertTrue(found.contains("[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 6.0, 5.0]"), found.toString());
  }

  @Test
  void coloursAreFlippedInAllChannelsAlike() {
    float[] image = {1, 2, 3, 10, 20, 30};
    Shape shape = Shape.of(2, 1, 3);
    Augmentation flip = new Augmentation(0, true, 0);
    int flipped = 0;
    for (int seed = 0; seed < 100; seed++) {
      float[] changed = flip.apply(image, shape, new Random(seed));
      if (changed[0] == 3) {
        assertArrayEquals(new float[] {3, 2, 1, 30, 20, 10}, changed);
        flipped++;
      } else {
        assertArrayEquals(image, changed);
      }
    }
    assertTrue(flipped > 30 && flipped < 70, flipped + " of 100");
  }

  @Test
  void colourKeepsOrderAndSize() {
    float[] changed = new Augmentation(0, false, 0.2).apply(RAMP, GREY, new Random(3));
    for (int i = 1; i < changed.length; i++) {
      float step = changed[i] - changed[i - 1];
      assertTrue(step >= 0.8 && step <= 1.2, step + " between pixels");
    }
  }

  @Test
  void whatIsNoMapStaysAsItIs() {
    float[] same = Augmentation.DEFAULT.apply(RAMP, Shape.of(8), new Random(1));
    assertArrayEquals(RAMP, same);
  }
}
