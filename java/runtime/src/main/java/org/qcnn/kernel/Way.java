package org.qcnn.kernel;

import java.util.Locale;

/** The ways to compute a quantized convolution; fully-connected layers always look up. */
public enum Way {
  /** By lookup tables, in integers. */
  LOOKUP,

  /** By products of inputs and decoded weights, both of 8 or of 16 bits, in integers. */
  PRODUCTS,

  /** As a dense convolution in floats, on weights that are decoded once. */
  DENSE;

  /** Returns the name as options and files spell it: {@code lookup}, {@code products}, ... */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
