package org.qcnn.graph;

import java.nio.FloatBuffer;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Weights as codebooks and assignments (Q-CNN, section 3): the input channels are split into M
 * subspaces of Cs' channels; subspace m has a codebook of K sub-codewords, shared by all kernel
 * positions and all groups; every output has, for each kernel position and subspace, the number of
 * one sub-codeword.
 *
 * <p>{@code weight[ct, m * Cs' + d, ky, kx] = codebooks[m, assignments[ct, ky, kx, m], d]}. When
 * Cs' does not divide the channels, the last subspace is padded with channels that do not exist.
 */
public final class QuantizedWeights extends Weights {
  /** The largest codebook: a code fits into one byte. */
  public static final int MAX_SUB_CODEWORDS = 256;

  /** The largest dimension of a sub-codeword that the kernels have room for. */
  public static final int MAX_SUB_CODEWORD_SIZE = 256;

  private final Shape shape;
  private final Tensor codebooks;
  private final byte[] assignments;
  private final float inputRange;
  private final float responseRange;

  /**
   * Returns quantized weights; the arrays are taken over.
   *
   * @param shape the logical shape, {@code [Ct, Cs, kh, kw]} or {@code [Ct, Cs]}
   * @param codebooks {@code [M, K, Cs']}
   * @param assignments {@code [Ct, kh, kw, M]} or {@code [Ct, M]}, each an unsigned byte below K
   * @param inputRange the largest absolute input seen in calibration; sets the input scale of the
   *     lookup tables
   * @param responseRange the largest absolute response, without bias, seen in calibration; sets the
   *     scale of the 16-bit lookup tables
   * @throws IllegalArgumentException if a size, an assignment or a range does not fit, or a
   *     codebook holds numbers that are not finite
   */
  public QuantizedWeights(
      Shape shape, Tensor codebooks, byte[] assignments, float inputRange, float responseRange) {
    this.shape = shape;
    this.codebooks = codebooks;
    this.assignments = assignments;
    this.inputRange = inputRange;
    this.responseRange = responseRange;
    check();
  }

  private void check() {
    if (codebooks.shape().rank() != 3 || (shape.rank() != 4 && shape.rank() != 2)) {
      throw new IllegalArgumentException(
          "codebooks must be [M, K, Cs'], not " + codebooks.shape() + ", for weights " + shape);
    }
    int subspaces = subspaces();
    long channels = shape.extent(1);
    if (subspaces != (channels + subCodewordSize() - 1) / subCodewordSize()) {
      throw new IllegalArgumentException(
          subspaces
              + " subspaces of "
              + subCodewordSize()
              + " do not cover "
              + channels
              + " input channels exactly once");
    }
    if (subCodewords() > MAX_SUB_CODEWORDS) {
      throw new IllegalArgumentException(
          "a codebook holds at most 256 sub-codewords, not " + subCodewords());
    }
    if (subCodewordSize() > MAX_SUB_CODEWORD_SIZE) {
      throw new IllegalArgumentException(
          "a sub-codeword has at most 256 dimensions, not " + subCodewordSize());
    }
    for (FloatBuffer words = codebooks.values(); words.hasRemaining(); ) {
      float number = words.get();
      if (Float.isNaN(number) || Float.isInfinite(number)) {
        throw new IllegalArgumentException("a codebook holds " + number);
      }
    }
    long expected = (long) shape.extent(0) * kernelPositions() * subspaces;
    if (assignments.length != expected) {
      throw new IllegalArgumentException(
          "expected "
              + expected
              + " assignments for weights "
              + shape
              + ", found "
              + assignments.length);
    }
    int codewords = subCodewords();
    for (byte assignment : assignments) {
      if ((assignment & 0xff) >= codewords) {
        throw new IllegalArgumentException(
            "assignment " + (assignment & 0xff) + " is beyond the codebook of " + codewords);
      }
    }
    if (!(inputRange > 0 && inputRange <= Float.MAX_VALUE)
        || !(responseRange > 0 && responseRange <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the ranges of inputs and responses must be positive and finite, not "
              + inputRange
              + " and "
              + responseRange);
    }
  }

  @Override
  public Shape shape() {
    return shape;
  }

  /** Returns the number of subspaces, M. */
  public int subspaces() {
    return codebooks.shape().extent(0);
  }

  /** Returns the number of sub-codewords in each codebook, K. */
  public int subCodewords() {
    return codebooks.shape().extent(1);
  }

  /** Returns the dimension of a sub-codeword, Cs'. */
  public int subCodewordSize() {
    return codebooks.shape().extent(2);
  }

  /** Returns kernel height times width; 1 for a fully-connected layer. */
  public int kernelPositions() {
    return shape.count(2, shape.rank());
  }

  /** Returns the bits of one stored assignment, the logarithm of K rounded up, at least 1. */
  public int bitsPerAssignment() {
    return Math.max(1, 32 - Integer.numberOfLeadingZeros(subCodewords() - 1));
  }

  /** Returns the codebooks, {@code [M, K, Cs']}. */
  public Tensor codebooks() {
    return codebooks;
  }

  /** Returns a copy of the assignments, {@code [Ct, kh, kw, M]}. */
  public byte[] assignments() {
    return assignments.clone();
  }

  /** Returns one assignment by its flat index. */
  public int assignment(int index) {
    return assignments[index] & 0xff;
  }

  /** Returns the largest absolute input seen in calibration. */
  public float inputRange() {
    return inputRange;
  }

  /** Returns the largest absolute response without bias seen in calibration. */
  public float responseRange() {
    return responseRange;
  }

  @Override
  public Tensor decode() {
    int outputs = shape.extent(0);
    int channels = shape.extent(1);
    int positions = kernelPositions();
    int subspaces = subspaces();
    int size = subCodewordSize();
    float[] words = codebooks.toArray();
    float[] dense = new float[shape.count()];
    int code = 0;
    for (int output = 0; output < outputs; output++) {
      for (int position = 0; position < positions; position++) {
        for (int subspace = 0; subspace < subspaces; subspace++) {
          int word = (subspace * subCodewords() + assignment(code++)) * size;
          int present = Math.min(size, channels - subspace * size);
          for (int d = 0; d < present; d++) {
            int channel = subspace * size + d;
            dense[(output * channels + channel) * positions + position] = words[word + d];
          }
        }
      }
    }
    return Tensor.over(shape, dense);
  }
}
