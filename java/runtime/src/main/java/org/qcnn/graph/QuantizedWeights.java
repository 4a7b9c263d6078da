package org.qcnn.graph;

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

  /** The largest shift of a lookup table. */
  public static final int MAX_TABLE_SHIFT = 8;

  private final Shape shape;
  private final Tensor codebooks;
  private final BitPlanes assignments;
  private final float inputRange;
  private final float responseRange;
  private final byte[] tableShifts;
  private final float[] inputBounds;

  /** Returns quantized weights without table shifts; the parameters as below. */
  public QuantizedWeights(
      Shape shape, Tensor codebooks, byte[] assignments, float inputRange, float responseRange) {
    this(shape, codebooks, assignments, inputRange, responseRange, new byte[0]);
  }

  /** Returns quantized weights from assignments of one unsigned byte each; otherwise as below. */
  public QuantizedWeights(
      Shape shape,
      Tensor codebooks,
      byte[] assignments,
      float inputRange,
      float responseRange,
      byte[] tableShifts) {
    this(
        shape,
        codebooks,
        BitPlanes.pack(assignments, Byte.SIZE),
        inputRange,
        responseRange,
        tableShifts);
  }

  /** Returns quantized weights without input bounds; the parameters as below. */
  public QuantizedWeights(
      Shape shape,
      Tensor codebooks,
      BitPlanes assignments,
      float inputRange,
      float responseRange,
      byte[] tableShifts) {
    this(shape, codebooks, assignments, inputRange, responseRange, tableShifts, new float[0]);
  }

  /**
   * Returns quantized weights; the arrays are taken over.
   *
   * @param shape the logical shape, {@code [Ct, Cs, kh, kw]} or {@code [Ct, Cs]}
   * @param codebooks {@code [M, K, Cs']}
   * @param assignments {@code [Ct, kh, kw, M]} or {@code [Ct, M]}, each below K
   * @param inputRange the largest absolute input seen in calibration; sets the input scale of the
   *     lookup tables
   * @param responseRange the largest absolute response, without bias, seen in calibration; sets the
   *     unit of the 16-bit sums
   * @param tableShifts of a convolution, M numbers from 0 to {@link #MAX_TABLE_SHIFT}: entries of
   *     the 8-bit lookup table of subspace m count in {@code 2^tableShifts[m]} units of the sum; or
   *     empty, and the tables have 16 bits
   * @param inputBounds of a convolution, {@code [M, 2]}: the least and the largest input of each
   *     subspace that its 8-bit integers reach, 0 between them; or empty, and with table shifts
   *     they reach the largest absolute input on both sides, without them integers have 16 bits
   * @throws IllegalArgumentException if a size, an assignment, a range, a shift or a bound does not
   *     fit, or a codebook holds numbers that are not finite
   */
  public QuantizedWeights(
      Shape shape,
      Tensor codebooks,
      BitPlanes assignments,
      float inputRange,
      float responseRange,
      byte[] tableShifts,
      float[] inputBounds) {
    this.shape = shape;
    this.codebooks = codebooks;
    this.assignments = assignments;
    this.inputRange = inputRange;
    this.responseRange = responseRange;
    this.tableShifts = tableShifts;
    this.inputBounds = inputBounds;
    QuantizedWeightsCheck.run(this, tableShifts, inputBounds);
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

  /** Returns a new array of the assignments, {@code [Ct, kh, kw, M]}, each an unsigned byte. */
  public byte[] assignments() {
    return assignments.unpack();
  }

  /** Returns the assignments as they are kept: as many bits each as the file or caller gave. */
  public BitPlanes assignmentPlanes() {
    return assignments;
  }

  /** Returns the largest absolute input seen in calibration. */
  public float inputRange() {
    return inputRange;
  }

  /** Returns the largest absolute response without bias seen in calibration. */
  public float responseRange() {
    return responseRange;
  }

  /**
   * Returns the same weights, calibrated for another largest response and for 16-bit tables of
   * 16-bit operands.
   */
  public QuantizedWeights with(float otherResponseRange) {
    return with(otherResponseRange, new byte[0], new float[0]);
  }

  /**
   * Returns the same weights, calibrated for another largest response; shifts and bounds as in the
   * constructor.
   */
  public QuantizedWeights with(
      float otherResponseRange, byte[] otherTableShifts, float[] otherInputBounds) {
    return new QuantizedWeights(
        shape,
        codebooks,
        assignments,
        inputRange,
        otherResponseRange,
        otherTableShifts.clone(),
        otherInputBounds.clone());
  }

  /**
   * Returns the same assignments of sub-codewords with other values; ranges and table shifts stay,
   * although they may no longer be right.
   */
  public QuantizedWeights withCodebooks(Tensor otherCodebooks) {
    if (!otherCodebooks.shape().equals(codebooks.shape())) {
      throw new IllegalArgumentException(
          "codebooks of "
              + otherCodebooks.shape()
              + " cannot replace those of "
              + codebooks.shape());
    }
    return new QuantizedWeights(
        shape,
        otherCodebooks,
        assignments,
        inputRange,
        responseRange,
        tableShifts.clone(),
        inputBounds.clone());
  }

  /** Returns the same weights, calibrated for another largest input. */
  public QuantizedWeights withInputRange(float otherInputRange) {
    return new QuantizedWeights(
        shape,
        codebooks,
        assignments,
        otherInputRange,
        responseRange,
        tableShifts.clone(),
        inputBounds.clone());
  }

  /** Returns a copy of the table shifts, one per subspace; empty if there are none. */
  public byte[] tableShifts() {
    return tableShifts.clone();
  }

  /**
   * Returns the bounds of the 8-bit integers of each subspace's inputs, {@code [M, 2]}; empty if
   * inputs become integers of 16 bits.
   */
  public float[] inputBounds() {
    if (inputBounds.length > 0) {
      return inputBounds.clone();
    }
    float[] both = new float[2 * tableShifts.length];
    for (int m = 0; m < both.length; m += 2) {
      both[m] = -inputRange;
      both[m + 1] = inputRange;
    }
    return both;
  }

  @Override
  public Tensor decode() {
    int outputs = shape.extent(0);
    int channels = shape.extent(1);
    int positions = kernelPositions();
    int subspaces = subspaces();
    int size = subCodewordSize();
    float[] words = codebooks.toArray();
    byte[] codes = assignments();
    float[] dense = new float[shape.count()];
    int code = 0;
    for (int output = 0; output < outputs; output++) {
      for (int position = 0; position < positions; position++) {
        for (int subspace = 0; subspace < subspaces; subspace++) {
          int word = (subspace * subCodewords() + (codes[code++] & 0xff)) * size;
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
