package org.qcnn.compression;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dgelsd;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

import java.util.Map;

/**
 * The error of a layer's response as a function of its setting, fitted to settings that were
 * trained: its logarithm is taken as linear in the bits of a code per weight, with a slope and an
 * offset that are linear in the logarithm of Cs'. It does not hold for single weights and for very
 * few bits. Eight layers of ResNet-34 were trained with some forty settings each: those not fitted
 * to are met to within 7 % (root mean square).
 */
final class ErrorSurface {
  private static final double SMALLEST_ERROR = 1e-9;

  // With half a bit, errors are up to 1.5 times those that the law gives.
  private static final double FEWEST_BITS = 0.7;

  /** The errors that a surface needs at least. */
  static final int TERMS = 4;

  private final double[] terms;
  private final double fewestBits;

  private ErrorSurface(double[] terms, double fewestBits) {
    this.terms = terms;
    this.fewestBits = fewestBits;
  }

  /** Returns whether a setting follows the same law as others. */
  static boolean holdsFor(LayerSetting setting) {
    return setting.subCodewordSize() > 1 && bitsPerWeight(setting) >= FEWEST_BITS;
  }

  /**
   * Returns the surface nearest to known errors.
   *
   * @param errors of at least four settings that it holds for; all share codebooks or none does
   */
  static ErrorSurface through(Map<LayerSetting, Double> errors) {
    double[] equations = new double[errors.size() * TERMS];
    double[] values = new double[Math.max(TERMS, errors.size())];
    int row = 0;
    for (Map.Entry<LayerSetting, Double> known : errors.entrySet()) {
      System.arraycopy(position(known.getKey()), 0, equations, row * TERMS, TERMS);
      values[row++] = Math.log(Math.max(SMALLEST_ERROR, known.getValue()));
    }
    int failed =
        LAPACKE_dgelsd(
            LAPACK_ROW_MAJOR,
            errors.size(),
            TERMS,
            1,
            equations,
            TERMS,
            values,
            1,
            new double[TERMS],
            1e-9,
            new int[1]);
    if (failed != 0) {
      throw new IllegalStateException("least squares of " + errors + " failed: " + failed);
    }
    return new ErrorSurface(
        values,
        errors.keySet().stream().mapToDouble(ErrorSurface::bitsPerWeight).min().orElseThrow());
  }

  /** Returns whether the error of a setting can be told: it is not coarser than all known ones. */
  boolean covers(LayerSetting setting) {
    return holdsFor(setting) && bitsPerWeight(setting) >= fewestBits;
  }

  /** Returns the error that a setting would have, 1 at most. */
  double at(LayerSetting setting) {
    double[] position = position(setting);
    double logarithm = 0;
    for (int i = 0; i < TERMS; i++) {
      logarithm += terms[i] * position[i];
    }
    return Math.min(1, Math.exp(logarithm));
  }

  private static double[] position(LayerSetting setting) {
    double bits = bitsPerWeight(setting);
    double size = Math.log(setting.subCodewordSize());
    return new double[] {1, bits, size, bits * size};
  }

  private static double bitsPerWeight(LayerSetting setting) {
    return Math.log(setting.subCodewords()) / Math.log(2) / setting.subCodewordSize();
  }
}
