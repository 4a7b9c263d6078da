package org.qcnn.kernel.plain;

import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.TableScales;

/** Codebooks as integers, and the entries of lookup tables as {@code qcnn.h} defines them. */
final class IntegerCodebooks {
  private final int codewords;
  private final int size;
  private final TableScales scales;
  private final int[] elements;

  IntegerCodebooks(QuantizedWeights weights, TableScales scales) {
    codewords = weights.subCodewords();
    size = weights.subCodewordSize();
    this.scales = scales;
    float[] floats = weights.codebooks().toArray();
    elements = new int[floats.length];
    for (int i = 0; i < floats.length; i++) {
      elements[i] = scales.codeword(i / (codewords * size), floats[i]);
    }
  }

  /**
   * Returns the entry of a sub-codeword, before it is clamped.
   *
   * @param x quantized inputs; channels that do not exist are 0
   * @param first index of the first of the Cs' inputs
   */
  int entry(int subspace, int codeword, int[] x, int first) {
    int element = (subspace * codewords + codeword) * size;
    int fractionBits = scales.fractionBits(subspace);
    int sum = 1 << (fractionBits - 1);
    for (int d = 0; d < size; d++) {
      sum += x[first + d] * elements[element + d];
    }
    return sum >> fractionBits;
  }
}
