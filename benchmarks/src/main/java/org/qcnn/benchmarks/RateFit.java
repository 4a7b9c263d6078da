package org.qcnn.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * Least squares over non-negative rates: the sum over all layers of (counts times rates / measured
 * time - 1) squared becomes smallest, so that a small layer counts as much as a large one.
 */
final class RateFit {
  private static final int SWEEPS = 20_000;

  private RateFit() {}

  /**
   * Returns the rates, one for each count.
   *
   * @param counts of each layer
   * @param times of each layer, in the unit that the rates are wanted per count
   */
  static double[] fit(List<double[]> counts, List<Double> times) {
    int terms = counts.get(0).length;
    double[] largest = new double[terms];
    double[][] rows = new double[counts.size()][terms];
    for (int row = 0; row < rows.length; row++) {
      for (int term = 0; term < terms; term++) {
        rows[row][term] = counts.get(row)[term] / times.get(row);
        largest[term] = Math.max(largest[term], rows[row][term]);
      }
    }
    double[] rates = descend(rows, largest);
    for (int term = 0; term < terms; term++) {
      rates[term] = largest[term] == 0 ? 0 : rates[term] / largest[term];
    }
    return rates;
  }

  /** Coordinate descent on columns that are scaled to a largest element of 1. */
  private static double[] descend(double[][] rows, double[] largest) {
    double[] rates = new double[largest.length];
    double[] missing = new double[rows.length];
    Arrays.fill(missing, 1);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int term = 0; term < rates.length; term++) {
        double slope = 0;
        double curvature = 0;
        for (int row = 0; row < rows.length; row++) {
          double value = largest[term] == 0 ? 0 : rows[row][term] / largest[term];
          slope += value * missing[row];
          curvature += value * value;
        }
        double rate = curvature == 0 ? 0 : Math.max(0, rates[term] + slope / curvature);
        for (int row = 0; row < rows.length && largest[term] > 0; row++) {
          missing[row] -= rows[row][term] / largest[term] * (rate - rates[term]);
        }
        rates[term] = rate;
      }
    }
    return rates;
  }
}
