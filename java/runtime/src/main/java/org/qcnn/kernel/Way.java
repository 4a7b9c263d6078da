package org.qcnn.kernel;

import java.util.Locale;

/** The two ways to compute a quantized convolution; fully-connected layers always look up. */
public enum Way {
  /** By lookup tables, in integers. */
  LOOKUP,

  /** As a dense convolution in floats, on weights that are decoded once. */
  DENSE;

  /** Returns the name as options and files spell it: {@code lookup} or {@code dense}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
