package org.qcnn.kernel.plain;

import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.LookupScales;

/** Codebooks as integers, and the arithmetic of lookup tables as {@code qcnn.h} defines it. */
final class IntegerCodebooks {
  final LookupScales scales;
  private final int codewords;
  private final int size;
  private final int[] elements;

  IntegerCodebooks(QuantizedWeights weights) {
    scales = new LookupScales(weights);
    codewords = weights.subCodewords();
    size = weights.subCodewordSize();
    float[] floats = weights.codebooks().toArray();
    elements = new int[floats.length];
    for (int i = 0; i < floats.length; i++) {
      elements[i] = scales.codeword(floats[i]);
    }
  }

  /**
   * Fills a table with the entries of a subspace at many pixels.
   *
   * @param x quantized inputs, {@code [pixels][Cs']}; channels that do not exist are 0
   * @param table receives {@code [K][pixels]}
   */
  void fillTable(int subspace, int[] x, int pixels, short[] table) {
    for (int codeword = 0; codeword < codewords; codeword++) {
      int element = (subspace * codewords + codeword) * size;
      for (int pixel = 0; pixel < pixels; pixel++) {
        int sum = 1 << 15;
        for (int d = 0; d < size; d++) {
          sum += x[pixel * size + d] * elements[element + d];
        }
        table[codeword * pixels + pixel] = (short) (sum >> 16);
      }
    }
  }

  /** Returns the sum, or the nearest number of 16 bits. */
  static short addSaturating(short sum, short entry) {
    return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, sum + entry));
  }
}
