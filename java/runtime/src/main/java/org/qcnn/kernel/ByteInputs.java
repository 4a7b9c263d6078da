package org.qcnn.kernel;

/**
 * Inputs as 8-bit integers: {@code x = v * scale[m]}, whose 256 values span the input bounds of the
 * subspace, {@code scale[m] = 255 / (high - low)}. The kernels store {@code x + zero[m]}, a signed
 * byte; inputs beyond the bounds are clamped.
 */
final class ByteInputs {
  private static final int LEVELS = 255;
  private static final int LOWEST = -128;

  private final float[] scale;
  private final int[] zero;

  /**
   * Returns the scales for these bounds.
   *
   * @param bounds {@code [M, 2]}, the least and the largest input of each subspace
   */
  ByteInputs(float[] bounds) {
    scale = new float[bounds.length / 2];
    zero = new int[scale.length];
    for (int m = 0; m < scale.length; m++) {
      double low = bounds[2 * m];
      double high = bounds[2 * m + 1];
      scale[m] = (float) (LEVELS / (high - low));
      zero[m] = (int) Math.min(Math.rint(-low * scale[m]), LEVELS) + LOWEST;
    }
  }

  /** Returns the scale of a subspace. */
  float scale(int subspace) {
    return scale[subspace];
  }

  /** Returns x of an input of a subspace; 0 of one that is not a number. */
  int integer(int subspace, float value) {
    float scaled = value * scale[subspace];
    if (Float.isNaN(scaled)) {
      return 0;
    }
    int low = LOWEST - zero[subspace];
    return (int) Math.max(low, Math.min(low + LEVELS, Math.rint(scaled)));
  }

  /** What is not finite shows here: it makes a scale that is 0, infinite or not a number. */
  static boolean isUsable(float scale) {
    return scale > 0 && scale <= Float.MAX_VALUE;
  }
}
