package org.qcnn.kernel.support;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Window;

/**
 * The taps of a window, its kernel positions, by the phase of the stride that they read: strides
 * read every so many pixels, so pixels fall into phases. Lookup convolutions sum a phase at a time.
 * Without strides there is one phase, and its order is that of rows and columns.
 */
public final class StridePhases {
  private StridePhases() {}

  /**
   * Returns the phases in the order of their rows and columns, each with its taps in theirs.
   *
   * @return per phase the taps, {@code row * kernelWidth + column}; no phase is empty
   */
  public static List<int[]> of(Window window) {
    int rowPeriod = period(window.strideHeight, window.dilationHeight);
    int columnPeriod = period(window.strideWidth, window.dilationWidth);
    List<int[]> phases = new ArrayList<>();
    for (int row = 0; row < Math.min(rowPeriod, window.kernelHeight); row++) {
      for (int column = 0; column < Math.min(columnPeriod, window.kernelWidth); column++) {
        phases.add(taps(window, row, rowPeriod, column, columnPeriod));
      }
    }
    return phases;
  }

  /** Returns the taps of the phase whose first one lies at this row and column. */
  private static int[] taps(
      Window window, int firstRow, int rowPeriod, int firstColumn, int columnPeriod) {
    int rows = (window.kernelHeight - firstRow + rowPeriod - 1) / rowPeriod;
    int columns = (window.kernelWidth - firstColumn + columnPeriod - 1) / columnPeriod;
    int[] taps = new int[rows * columns];
    for (int i = 0; i < taps.length; i++) {
      int row = firstRow + i / columns * rowPeriod;
      int column = firstColumn + i % columns * columnPeriod;
      taps[i] = row * window.kernelWidth + column;
    }
    return taps;
  }

  /** Returns after how many taps along one axis the same phase is read again. */
  private static int period(int stride, int dilation) {
    int period = 1;
    while ((long) period * dilation % stride != 0) {
      period++;
    }
    return period;
  }
}
