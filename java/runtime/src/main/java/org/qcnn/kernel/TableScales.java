package org.qcnn.kernel;

/** How numbers become the integers of lookup tables, and sums of table entries become responses. */
public interface TableScales {
  /** Returns x of an input of this subspace; 0 of one that is not a number. */
  int input(int subspace, float value);

  /** Returns d of an element of a sub-codeword of this subspace. */
  int codeword(int subspace, float element);

  /**
   * Returns how many bits of a sum of products x * d of this subspace are dropped, rounding, to get
   * an entry.
   */
  int fractionBits(int subspace);

  /** Returns the response, without bias, of a sum of entries. */
  float response(int sum);
}
