package org.qcnn.kernel.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.kernel.KernelException;
import org.qcnn.tensor.Shape;

class StridesTest {
  private static int[] broadcast(Shape a, Shape b) {
    return Strides.broadcast(a, b, a).toArray();
  }

  @Test
  void innerAxesAreMergedAndTheOutermostStaysApart() {
    int[] expected = {3, 1, 1, 1, 1, 20, 20, 0, 0, 0, 0, 1, 20, 0, 0, 0, 0, 1};
    assertArrayEquals(expected, broadcast(Shape.of(3, 4, 5), Shape.of(3, 4, 5)));
    assertArrayEquals(expected, broadcast(Shape.of(1, 3, 1, 4, 5), Shape.of(3, 1, 4, 5)));
  }

  @Test
  void repeatedAxesHaveStrideZero() {
    int[] expected = {3, 1, 1, 1, 1, 20, 20, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
    assertArrayEquals(expected, broadcast(Shape.of(3, 4, 5), Shape.of(3, 1, 1)));
  }

  @Test
  void loneAxisIsTheLast() {
    int[] expected = {1, 1, 1, 1, 1, 9, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1};
    assertArrayEquals(expected, broadcast(Shape.of(1, 9, 1), Shape.of(9, 1)));
  }

  @Test
  void scalarIsOneElement() {
    Strides strides = Strides.broadcast(Shape.of(), Shape.of(), Shape.of());
    assertEquals(1, strides.outermost());
    assertEquals(1, strides.rowLength());
  }

  @Test
  void moreThanSixScatteredAxesAreRefused() {
    int[] extents = {2, 2, 2, 2, 2, 2, 2};
    int[] scattered = {64, 32, 16, 8, 4, 2, 1};
    int[] reversed = {1, 2, 4, 8, 16, 32, 64};
    assertThrows(KernelException.class, () -> new Strides(extents, scattered, reversed));
    new Strides(extents, scattered, scattered);
  }

  @Test
  void rowsAreVisitedInOrder() {
    Strides strides = new Strides(new int[] {2, 3, 2}, new int[] {6, 2, 1}, new int[] {1, 2, 6});
    List<String> rows = new ArrayList<>();
    strides.forEachRow(1, 2, (a, b, number) -> rows.add(a + " " + b + " " + number));
    assertEquals(List.of("6 1 3", "8 3 4", "10 5 5"), rows);
  }

  @Test
  void imagesAndBlocksAreTakenApart() {
    List<String> parts = new ArrayList<>();
    Images.split(4, 3, 9, (image, first, last) -> parts.add(image + ":" + first + "-" + last));
    assertEquals(List.of("0:3-4", "1:0-4", "2:0-1"), parts);
    Blocks blocks = new Blocks(10);
    assertEquals(3, blocks.count(21));
    assertEquals(20, blocks.begin(2));
    assertEquals(21, blocks.end(3, 21));
  }
}
