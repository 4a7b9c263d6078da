package org.qcnn.kernel;

import org.qcnn.graph.QuantizedWeights;

/**
 * The scales of a convolution's 8-bit lookup tables, whose operands have 8 bits as well. The C code
 * derives the same ones, in double.
 *
 * <p>An input value v of subspace m becomes the integer {@code x = v * inputScale[m]}, an element c
 * of a sub-codeword {@code d = c * codewordScale[m]}, and a table entry is {@code (sum of x * d) /
 * 256}. It counts in {@code 2^shift[m]} units; the sum does so in those of the smallest shift.
 *
 * <ul>
 *   <li>The 256 values of x span the input bounds of the subspace: {@code inputScale[m] = 255 /
 *       (high - low)}. The kernels store {@code x + zero[m]}, a signed byte; inputs beyond the
 *       bounds are clamped.
 *   <li>A unit is wanted so that 32767 of them are a response twice as large as any seen: {@code
 *       unit = 2 * responseRange / 32767}. It is coarser if that is needed to keep every {@code
 *       |d|} within 127, as {@code codewordScale[m] = 256 / (unit * inputScale[m] * 2^shift[m])}.
 * </ul>
 */
public final class ByteScales implements TableScales {
  /** The largest element of a sub-codeword. */
  public static final int LARGEST_CODEWORD = 127;

  private static final int LEVELS = 255;
  private static final int LOWEST = -128;

  private final float[] inputScale;
  private final float[] codewordScale;
  private final int[] zero;
  private final float outputScale;

  /**
   * Returns the scales.
   *
   * @param shifts one per subspace, see {@link TableShifts}
   * @throws KernelException if the ranges or codebooks are too large or too small for floats
   */
  public ByteScales(QuantizedWeights weights, byte[] shifts) {
    int subspaces = weights.subspaces();
    inputScale = new float[subspaces];
    codewordScale = new float[subspaces];
    zero = new int[subspaces];
    spanBounds(weights.inputBounds());
    // Units of the sum for a response of 1.
    double sumScale = 32767.0 / (2.0 * weights.responseRange());
    WordMagnitudes magnitudes = new WordMagnitudes(weights.codebooks());
    for (int m = 0; m < subspaces; m++) {
      double unit = (double) inputScale[m] * (1 << shifts[m]);
      double steps = 256.0 * magnitudes.largestElement(m) / unit;
      sumScale = steps * sumScale > LARGEST_CODEWORD ? LARGEST_CODEWORD / steps : sumScale;
    }
    boolean usable = true;
    for (int m = 0; m < subspaces; m++) {
      double unit = (double) inputScale[m] * (1 << shifts[m]);
      codewordScale[m] = (float) (256.0 * sumScale / unit);
      usable &= isUsable(inputScale[m]) && isUsable(codewordScale[m]);
    }
    int smallest = QuantizedWeights.MAX_TABLE_SHIFT;
    for (byte shift : shifts) {
      smallest = Math.min(smallest, shift);
    }
    outputScale = (float) ((1 << smallest) / sumScale);
    if (!usable || !isUsable(outputScale)) {
      throw new KernelException(
          "no 8-bit lookup tables fit these input bounds, a response range of "
              + weights.responseRange()
              + " and these codebooks");
    }
  }

  private void spanBounds(float[] bounds) {
    for (int m = 0; m < inputScale.length; m++) {
      double low = bounds[2 * m];
      double high = bounds[2 * m + 1];
      inputScale[m] = (float) (LEVELS / (high - low));
      zero[m] = (int) Math.min(Math.rint(-low * inputScale[m]), LEVELS) + LOWEST;
    }
  }

  /** What is not finite shows here: it makes a scale that is 0, infinite or not a number. */
  private static boolean isUsable(float scale) {
    return scale > 0 && scale <= Float.MAX_VALUE;
  }

  @Override
  public int input(int subspace, float value) {
    float scaled = value * inputScale[subspace];
    if (Float.isNaN(scaled)) {
      return 0;
    }
    int low = LOWEST - zero[subspace];
    return (int) Math.max(low, Math.min(low + LEVELS, Math.rint(scaled)));
  }

  @Override
  public int codeword(int subspace, float element) {
    return (int) Math.rint(element * (double) codewordScale[subspace]);
  }

  @Override
  public int fractionBits() {
    return 8;
  }

  @Override
  public float response(int sum) {
    return sum * outputScale;
  }
}
