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
 *   <li>The 256 values of x span the input bounds of the subspace; see {@link ByteInputs}.
 *   <li>A unit is wanted so that 32767 of them are a response twice as large as any seen: {@code
 *       unit = 2 * responseRange / 32767}. It is coarser if that is needed to keep every {@code
 *       |d|} within 127, as {@code codewordScale[m] = 256 / (unit * inputScale[m] * 2^shift[m])}.
 * </ul>
 */
public final class ByteScales implements TableScales {
  /** The largest element of a sub-codeword. */
  public static final int LARGEST_CODEWORD = 127;

  private final ByteInputs inputs;
  private final float[] codewordScale;
  private final float outputScale;

  /**
   * Returns the scales.
   *
   * @param shifts one per subspace, see {@link TableShifts}
   * @throws KernelException if the ranges or codebooks are too large or too small for floats
   */
  public ByteScales(QuantizedWeights weights, byte[] shifts) {
    int subspaces = weights.subspaces();
    inputs = new ByteInputs(weights.inputBounds());
    codewordScale = new float[subspaces];
    // Units of the sum for a response of 1.
    double sumScale = 32767.0 / (2.0 * weights.responseRange());
    WordMagnitudes magnitudes = new WordMagnitudes(weights.codebooks());
    for (int m = 0; m < subspaces; m++) {
      double unit = (double) inputs.scale(m) * (1 << shifts[m]);
      double steps = 256.0 * magnitudes.largestElement(m) / unit;
      sumScale = steps * sumScale > LARGEST_CODEWORD ? LARGEST_CODEWORD / steps : sumScale;
    }
    boolean usable = true;
    for (int m = 0; m < subspaces; m++) {
      double unit = (double) inputs.scale(m) * (1 << shifts[m]);
      codewordScale[m] = (float) (256.0 * sumScale / unit);
      usable &= ByteInputs.isUsable(inputs.scale(m)) && ByteInputs.isUsable(codewordScale[m]);
    }
    int smallest = QuantizedWeights.MAX_TABLE_SHIFT;
    for (byte shift : shifts) {
      smallest = Math.min(smallest, shift);
    }
    outputScale = (float) ((1 << smallest) / sumScale);
    if (!usable || !ByteInputs.isUsable(outputScale)) {
      throw new KernelException(
          "no 8-bit lookup tables fit these input bounds, a response range of "
              + weights.responseRange()
              + " and these codebooks");
    }
  }

  @Override
  public int input(int subspace, float value) {
    return inputs.integer(subspace, value);
  }

  @Override
  public int codeword(int subspace, float element) {
    return (int) Math.rint(element * (double) codewordScale[subspace]);
  }

  @Override
  public int fractionBits(int subspace) {
    return 8;
  }

  @Override
  public float response(int sum) {
    return sum * outputScale;
  }
}
