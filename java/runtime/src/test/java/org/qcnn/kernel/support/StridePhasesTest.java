package org.qcnn.kernel.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Window;

class StridePhasesTest {
  private static List<List<Integer>> phases(int kernel, int stride, int dilation) {
    Window window =
        new Window(
            new int[] {kernel, kernel},
            new int[] {stride, stride},
            new int[4],
            new int[] {dilation, dilation});
    return StridePhases.of(window).stream()
        .map(taps -> Arrays.stream(taps).boxed().collect(Collectors.toList()))
        .collect(Collectors.toList());
  }

  @Test
  void withoutStridesRowsThenColumns() {
    assertEquals(List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8)), phases(3, 1, 1));
    assertEquals(List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8)), phases(3, 1, 4));
  }

  @Test
  void tapsThatReadTheSamePixelsAreTogether() {
    assertEquals(
        List.of(List.of(0, 2, 6, 8), List.of(1, 7), List.of(3, 5), List.of(4)), phases(3, 2, 1));
    assertEquals(List.of(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8)), phases(3, 2, 2));
    assertEquals(List.of(List.of(0), List.of(1), List.of(2), List.of(3)), phases(2, 5, 1));
  }
}
