package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ArenaTest {
  @Test
  void buffersOfDifferentTimesShareMemory() {
    Arena arena = new Arena();
    for (int step = 0; step < 10; step++) {
      arena.add("v" + step, 1000, step);
      if (step > 0) {
        arena.extend("v" + (step - 1), step);
      }
    }
    arena.place();
    assertEquals(2 * 1024, arena.size());
  }

  @Test
  void buffersNeededTogetherNeverOverlap() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      int count = 2 + random.nextInt(20);
      int[] first = new int[count];
      int[] last = new int[count];
      long[] bytes = new long[count];
      Arena arena = new Arena();
      for (int i = 0; i < count; i++) {
        first[i] = random.nextInt(10);
        last[i] = first[i] + random.nextInt(5);
        bytes[i] = 1L + random.nextInt(5000);
        arena.add("b" + i, bytes[i], first[i]);
        arena.extend("b" + i, last[i]);
      }
      arena.place();
      for (int i = 0; i < count; i++) {
        assertEquals(0, arena.offset("b" + i) % 64);
        assertTrue(arena.offset("b" + i) + bytes[i] <= arena.size());
        for (int j = 0; j < i; j++) {
          boolean together = first[i] <= last[j] && first[j] <= last[i];
          boolean apart =
              arena.offset("b" + i) + bytes[i] <= arena.offset("b" + j)
                  || arena.offset("b" + j) + bytes[j] <= arena.offset("b" + i);
          assertTrue(!together || apart);
        }
      }
    }
  }
}
