package org.qcnn.data;

import java.util.Set;

/**
 * The ways in which files write what happens to a pixel value x of 0 to 255. D is {@code
 * divide_by}, S is {@code scale}. All are the same map, {@code (x - m) * s}.
 */
enum PixelFormula {
  UNCHANGED("x", Set.of()),
  SCALE("x*#", Set.of("scale")),
  DIVIDE("x/#", Set.of("divide_by")),
  MEAN("x-mean[c]", Set.of("mean")),
  MEAN_SCALE("(x-mean[c])*#", Set.of("mean", "scale")),
  MEAN_DIVIDE("(x-mean[c])/#", Set.of("mean", "divide_by")),
  MEAN_STD("(x-mean[c])/std[c]", Set.of("mean", "std")),
  DIVIDE_MEAN_STD("(x/#-mean[c])/std[c]", Set.of("mean", "std", "divide_by"));

  /** The formula without spaces, # for a number. */
  private final String form;

  /** The numbers it needs. */
  @SuppressWarnings("ImmutableEnumChecker") // Set.of is immutable
  private final Set<String> keys;

  PixelFormula(String form, Set<String> keys) {
    this.form = form;
    this.keys = keys;
  }

  /** Returns the formula written so, # for its number, or null. */
  static PixelFormula ofForm(String form) {
    for (PixelFormula formula : values()) {
      if (formula.form.equals(form)) {
        return formula;
      }
    }
    return null;
  }

  /** Returns the formula that needs just these numbers, or null. */
  static PixelFormula ofKeys(Set<String> keys) {
    for (PixelFormula formula : values()) {
      if (formula.keys.equals(keys)) {
        return formula;
      }
    }
    return null;
  }

  Set<String> keys() {
    return keys;
  }

  /** Returns the key whose number stands in the formula itself, or null. */
  String numberKey() {
    if (!form.contains("#")) {
      return null;
    }
    return keys.contains("scale") ? "scale" : "divide_by";
  }

  /** Returns m of the canonical form; numbers that the formula does not use are 0 or 1. */
  double mean(double mean, double divisor) {
    return this == DIVIDE_MEAN_STD ? mean * divisor : mean;
  }

  /** Returns s of the canonical form. */
  double scale(double std, double divisor, double scale) {
    return scale / (divisor * std);
  }
}
