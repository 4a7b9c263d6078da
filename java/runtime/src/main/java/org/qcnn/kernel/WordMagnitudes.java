package org.qcnn.kernel;

import org.qcnn.tensor.Tensor;

/** How large the sub-codewords of each subspace are: what limits the scales of lookup tables. */
final class WordMagnitudes {
  private final double[] largestSum;
  private final double[] largestElement;

  /**
   * Measures codebooks.
   *
   * @param codebooks {@code [M, K, Cs']}
   */
  WordMagnitudes(Tensor codebooks) {
    int subspaces = codebooks.shape().extent(0);
    int words = codebooks.shape().extent(1);
    int size = codebooks.shape().extent(2);
    largestSum = new double[subspaces];
    largestElement = new double[subspaces];
    float[] values = codebooks.toArray();
    int next = 0;
    for (int m = 0; m < subspaces; m++) {
      for (int k = 0; k < words; k++) {
        double sum = 0;
        for (int d = 0; d < size; d++) {
          double magnitude = Math.abs((double) values[next++]);
          sum += magnitude;
          largestElement[m] = Math.max(largestElement[m], magnitude);
        }
        largestSum[m] = Math.max(largestSum[m], sum);
      }
    }
  }

  /** Returns the largest sum of the absolute elements of one sub-codeword of a subspace. */
  double largestSum(int subspace) {
    return largestSum[subspace];
  }

  /** Returns the largest absolute element of the sub-codewords of a subspace. */
  double largestElement(int subspace) {
    return largestElement[subspace];
  }
}
