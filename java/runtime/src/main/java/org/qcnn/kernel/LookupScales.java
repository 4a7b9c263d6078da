package org.qcnn.kernel;

import org.qcnn.graph.QuantizedWeights;

/**
 * The scales of a layer's 16-bit lookup tables of 16-bit operands. The C code derives the same
 * ones, in double.
 *
 * <p>An input value v becomes the integer {@code x = v * inputScale}, an element c of a
 * sub-codeword the integer {@code d = c * codewordScale}, and a table entry is {@code (sum of x *
 * d) / 65536}. A unit of the sum is a response of {@code outputScale = 65536 / (inputScale *
 * codewordScale)}.
 *
 * <ul>
 *   <li>{@code inputScale} is that of {@link WordInputs}.
 *   <li>{@code codewordScale} is wanted so that a response twice as large as any seen reaches
 *       32767: {@code 32767 / (2 * responseRange) = inputScale * codewordScale / 65536}.
 *   <li>It is limited so that every d fits into 16 bits, and that no sum of products can overflow
 *       32 bits nor an entry 16 bits, whatever the input: {@code 32767 * sum of |d| + 2^15 < 2^31}
 *       holds when {@code sum of |d| <= 65534}. Rounding adds up to 1/2 to each of the Cs' |d|, so
 *       the scaled sub-codewords may reach {@code 65534 - Cs'}.
 * </ul>
 */
public final class LookupScales implements TableScales {
  private static final double LARGEST = WordInputs.LARGEST;

  /** From input values to x. */
  public final float inputScale;

  private final WordInputs inputs;

  /** From elements of sub-codewords to d. */
  public final float codewordScale;

  /** From sums to responses. */
  public final float outputScale;

  /**
   * Returns the scales.
   *
   * @throws KernelException if the ranges or codebooks are too large or too small for floats
   */
  public LookupScales(QuantizedWeights weights) {
    inputs = new WordInputs(weights.inputRange());
    inputScale = inputs.scale;
    double wanted = LARGEST / (2.0 * weights.responseRange()) * 65536.0 / inputScale;
    codewordScale = (float) limited(wanted, weights);
    outputScale = (float) (65536.0 / ((double) inputScale * (double) codewordScale));
    if (!isUsable(inputScale) || !isUsable(codewordScale) || !isUsable(outputScale)) {
      throw new KernelException(
          "no lookup tables fit an input range of "
              + weights.inputRange()
              + ", a response range of "
              + weights.responseRange()
              + " and these codebooks");
    }
  }

  /** Returns the wanted scale, or the largest one at which nothing can overflow. */
  private double limited(double wanted, QuantizedWeights weights) {
    WordMagnitudes magnitudes = new WordMagnitudes(weights.codebooks());
    double largestSum = 0;
    double largestElement = 0;
    for (int m = 0; m < weights.subspaces(); m++) {
      largestSum = Math.max(largestSum, magnitudes.largestSum(m));
      largestElement = Math.max(largestElement, magnitudes.largestElement(m));
    }
    double room = 65534.0 - weights.subCodewordSize();
    double scale = largestSum * wanted <= room ? wanted : room / largestSum;
    return largestElement * scale <= LARGEST ? scale : LARGEST / largestElement;
  }

  /** What is not finite shows here: it makes a scale that is 0, infinite or not a number. */
  private static boolean isUsable(float scale) {
    return scale > 0 && scale <= Float.MAX_VALUE;
  }

  @Override
  public int input(int subspace, float value) {
    return inputs.integer(value);
  }

  @Override
  public int codeword(int subspace, float element) {
    return (int) Math.rint(element * (double) codewordScale);
  }

  @Override
  public int fractionBits(int subspace) {
    return 16;
  }

  @Override
  public float response(int sum) {
    return sum * outputScale;
  }
}
