package org.qcnn.kernel.plain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.Window;

class SummingOrderTest {
  private static int[] order(int kernel, int stride, int dilation) {
    return SummingOrder.of(
        new Window(
            new int[] {kernel, kernel},
            new int[] {stride, stride},
            new int[4],
            new int[] {dilation, dilation}));
  }

  @Test
  void withoutStridesRowsThenColumns() {
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, order(3, 1, 1));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, order(3, 1, 4));
  }

  @Test
  void positionsOfOnePhaseFollowEachOther() {
    assertArrayEquals(new int[] {0, 2, 6, 8, 1, 7, 3, 5, 4}, order(3, 2, 1));
    assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8}, order(3, 2, 2));
    assertArrayEquals(new int[] {0, 1, 2, 3}, order(2, 5, 1));
  }
}
