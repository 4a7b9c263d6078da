package org.qcnn.kernel.plain;

/**
 * Which steps of a window land inside the image: those with {@code 0 <= step * stride + offset <
 * extent}.
 */
final class Inside {
  private Inside() {}

  /** Returns the first such step. */
  static int first(int offset, int stride) {
    return offset >= 0 ? 0 : (stride - 1 - offset) / stride;
  }

  /** Returns the step behind the last such one, at most {@code steps}. */
  static int end(int offset, int stride, int extent, int steps) {
    return offset >= extent ? 0 : Math.min(steps, (extent - 1 - offset) / stride + 1);
  }
}
