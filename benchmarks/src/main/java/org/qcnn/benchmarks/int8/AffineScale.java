package org.qcnn.benchmarks.int8;

/** Integers for real numbers: {@code real = scale * (integer - zeroPoint)}. */
record AffineScale(float scale, int zeroPoint) {
  private static final int STEPS = 255;

  /** Returns the finest scale on which 256 integers from {@code first} on cover the range. */
  static AffineScale covering(Range range, int first) {
    float width = range.highest() - range.lowest();
    float scale = width > 0 ? width / STEPS : 1;
    return new AffineScale(scale, first + Math.round(-range.lowest() / scale));
  }
}
