package org.qcnn.graph;

import static org.qcnn.graph.QuantizedWeights.MAX_SUB_CODEWORDS;
import static org.qcnn.graph.QuantizedWeights.MAX_SUB_CODEWORD_SIZE;
import static org.qcnn.graph.QuantizedWeights.MAX_TABLE_SHIFT;

import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Whether the parts of quantized weights fit each other; native code relies on it. */
final class QuantizedWeightsCheck {
  private final QuantizedWeights weights;
  private final Shape shape;
  private final Tensor codebooks;
  private final byte[] tableShifts;
  private final float[] inputBounds;

  private QuantizedWeightsCheck(QuantizedWeights weights, byte[] tableShifts, float[] inputBounds) {
    this.weights = weights;
    this.shape = weights.shape();
    this.codebooks = weights.codebooks();
    this.tableShifts = tableShifts;
    this.inputBounds = inputBounds;
  }

  /**
   * Checks weights.
   *
   * @throws IllegalArgumentException saying what does not fit
   */
  static void run(QuantizedWeights weights, byte[] tableShifts, float[] inputBounds) {
    QuantizedWeightsCheck check = new QuantizedWeightsCheck(weights, tableShifts, inputBounds);
    check.checkCodebooks();
    check.checkAssignments();
    check.checkRanges();
    check.checkTableShifts();
    check.checkInputBounds();
  }

  private void checkCodebooks() {
    if (codebooks.shape().rank() != 3 || (shape.rank() != 4 && shape.rank() != 2)) {
      throw new IllegalArgumentException(
          "codebooks must be [M, K, Cs'], not " + codebooks.shape() + ", for weights " + shape);
    }
    int subspaces = weights.subspaces();
    long channels = shape.extent(1);
    if (subspaces != (channels + weights.subCodewordSize() - 1) / weights.subCodewordSize()) {
      throw new IllegalArgumentException(
          subspaces
              + " subspaces of "
              + weights.subCodewordSize()
              + " do not cover "
              + channels
              + " input channels exactly once");
    }
    if (weights.subCodewords() > MAX_SUB_CODEWORDS) {
      throw new IllegalArgumentException(
          "a codebook holds at most 256 sub-codewords, not " + weights.subCodewords());
    }
    if (weights.subCodewordSize() > MAX_SUB_CODEWORD_SIZE) {
      throw new IllegalArgumentException(
          "a sub-codeword has at most 256 dimensions, not " + weights.subCodewordSize());
    }
    if (codebooks.isFinite()) {
      return;
    }
    for (float number : codebooks.toArray()) {
      if (Float.isNaN(number) || Float.isInfinite(number)) {
        throw new IllegalArgumentException("a codebook holds " + number);
      }
    }
  }

  private void checkAssignments() {
    long expected = (long) shape.extent(0) * weights.kernelPositions() * weights.subspaces();
    if (weights.assignmentPlanes().count() != expected) {
      throw new IllegalArgumentException(
          "expected "
              + expected
              + " assignments for weights "
              + shape
              + ", found "
              + weights.assignmentPlanes().count());
    }
    int codewords = weights.subCodewords();
    if (1 << weights.assignmentPlanes().planes() <= codewords) {
      return; // No combination of bits is beyond the codebook: millions of codes need no look.
    }
    for (byte assignment : weights.assignments()) {
      if ((assignment & 0xff) >= codewords) {
        throw new IllegalArgumentException(
            "assignment " + (assignment & 0xff) + " is beyond the codebook of " + codewords);
      }
    }
  }

  private void checkRanges() {
    float inputRange = weights.inputRange();
    float responseRange = weights.responseRange();
    if (!(inputRange > 0 && inputRange <= Float.MAX_VALUE)
        || !(responseRange > 0 && responseRange <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the ranges of inputs and responses must be positive and finite, not "
              + inputRange
              + " and "
              + responseRange);
    }
  }

  private void checkTableShifts() {
    if (tableShifts.length == 0) {
      return;
    }
    if (shape.rank() != 4 || tableShifts.length != weights.subspaces()) {
      throw new IllegalArgumentException(
          tableShifts.length
              + " table shifts for "
              + weights.subspaces()
              + " subspaces of weights "
              + shape
              + "; a convolution has one for each subspace, a fully-connected layer none");
    }
    for (byte shift : tableShifts) {
      if (shift < 0 || shift > MAX_TABLE_SHIFT) {
        throw new IllegalArgumentException(
            "a table shift must be 0 to " + MAX_TABLE_SHIFT + ", not " + shift);
      }
    }
  }

  private void checkInputBounds() {
    if (inputBounds.length == 0) {
      return;
    }
    if (shape.rank() != 4 || inputBounds.length != 2 * weights.subspaces()) {
      throw new IllegalArgumentException(
          inputBounds.length
              + " input bounds for "
              + weights.subspaces()
              + " subspaces of weights "
              + shape
              + "; a convolution has a lower and an upper one for each, a fully-connected layer none");
    }
    for (int m = 0; m < inputBounds.length; m += 2) {
      float low = inputBounds[m];
      float high = inputBounds[m + 1];
      if (!(low <= 0 && high >= 0 && low < high && high - low <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "input bounds must be finite and have 0 between them, not " + low + " and " + high);
      }
    }
  }
}
