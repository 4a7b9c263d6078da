package org.qcnn.kernel;

import org.qcnn.graph.QuantizedWeights;

/**
 * The scales of a convolution's 16-bit lookup tables whose operands have 8 bits. The C code derives
 * the same ones, in double.
 *
 * <p>An input value v of subspace m becomes the integer x of {@link ByteInputs}, an element c of a
 * sub-codeword {@code d = c * codewordScale[m]}, and a table entry is {@code (sum of x * d) /
 * 2^fractionBits[m]}, in units of the sum.
 *
 * <ul>
 *   <li>A unit is wanted so that 32767 of them are a response twice as large as any seen: {@code
 *       unit = 2 * responseRange / 32767}. It is coarser if that is needed to keep every entry
 *       within 16 bits, whatever the input.
 *   <li>A subspace has as many fractional bits, 1 to 15, as keep every {@code |d|} within 127, as
 *       {@code codewordScale[m] = 2^fractionBits[m] / (unit * inputScale[m])}.
 * </ul>
 */
public final class OperandScales implements TableScales {
  private static final int LARGEST_CODEWORD = 127;
  private static final int MOST_FRACTION_BITS = 15;

  private final ByteInputs inputs;
  private final float[] codewordScale;
  private final int[] fractionBits;
  private final float outputScale;

  /**
   * Returns the scales.
   *
   * @param weights with input bounds
   * @throws KernelException if the ranges or codebooks are too large or too small for floats
   */
  public OperandScales(QuantizedWeights weights) {
    int subspaces = weights.subspaces();
    inputs = new ByteInputs(weights.inputBounds());
    codewordScale = new float[subspaces];
    fractionBits = new int[subspaces];
    WordMagnitudes magnitudes = new WordMagnitudes(weights.codebooks());
    // Units of the sum for a response of 1.
    double sumScale = 32767.0 / (2.0 * weights.responseRange());
    for (int m = 0; m < subspaces; m++) {
      sumScale = limited(m, sumScale, magnitudes, weights.subCodewordSize());
    }
    boolean usable = true;
    for (int m = 0; m < subspaces; m++) {
      chooseFraction(m, sumScale / inputs.scale(m), magnitudes.largestElement(m));
      usable &= ByteInputs.isUsable(inputs.scale(m)) && ByteInputs.isUsable(codewordScale[m]);
    }
    outputScale = (float) (1.0 / sumScale);
    if (!usable || !ByteInputs.isUsable(outputScale)) {
      throw new KernelException(
          "no lookup tables of 8-bit operands fit these input bounds, a response range of "
              + weights.responseRange()
              + " and these codebooks");
    }
  }

  /** Returns the wanted scale, or the largest one at which no entry can leave 16 bits. */
  private double limited(int subspace, double wanted, WordMagnitudes magnitudes, int size) {
    // Rounding adds up to 1/2 to each element, which with one fractional bit is 255 / 4 of an
    // entry.
    double room = 32766.0 - 64.0 * size;
    double entry = 255.0 * magnitudes.largestSum(subspace) / inputs.scale(subspace);
    double scale = entry * wanted > room ? room / entry : wanted;
    double steps = 2.0 * magnitudes.largestElement(subspace) / inputs.scale(subspace);
    return steps * scale > LARGEST_CODEWORD ? LARGEST_CODEWORD / steps : scale;
  }

  /** Chooses as many fractional bits as the largest element leaves room for. */
  private void chooseFraction(int subspace, double scale, double largestElement) {
    int bits = MOST_FRACTION_BITS;
    while (bits > 1 && largestElement * scale * (1 << bits) > LARGEST_CODEWORD) {
      bits--;
    }
    fractionBits[subspace] = bits;
    codewordScale[subspace] = (float) (scale * (1 << bits));
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
    return fractionBits[subspace];
  }

  @Override
  public float response(int sum) {
    return sum * outputScale;
  }
}
