package org.qcnn.kernel.plain;

import org.qcnn.graph.Window;

/**
 * The order in which the kernel positions of a lookup convolution are summed. It matters where sums
 * saturate. Strides read every so many pixels, so pixels fall into phases; positions that read the
 * same phase follow each other. Without strides there is one phase, and this is the order of rows
 * and columns.
 */
final class SummingOrder {
  private SummingOrder() {}

  /** Returns all kernel positions, {@code row * kernelWidth + column}, in order. */
  static int[] of(Window window) {
    int rowPeriod = period(window.strideHeight, window.dilationHeight);
    int columnPeriod = period(window.strideWidth, window.dilationWidth);
    int[] order = new int[window.kernelPositions()];
    int next = 0;
    for (int rowPhase = 0; rowPhase < rowPeriod; rowPhase++) {
      for (int columnPhase = 0; columnPhase < columnPeriod; columnPhase++) {
        for (int row = rowPhase; row < window.kernelHeight; row += rowPeriod) {
          for (int column = columnPhase; column < window.kernelWidth; column += columnPeriod) {
            order[next++] = row * window.kernelWidth + column;
          }
        }
      }
    }
    return order;
  }

  /** Returns after how many kernel positions along one axis the same phase is read again. */
  private static int period(int stride, int dilation) {
    int period = 1;
    while ((long) period * dilation % stride != 0) {
      period++;
    }
    return period;
  }
}
