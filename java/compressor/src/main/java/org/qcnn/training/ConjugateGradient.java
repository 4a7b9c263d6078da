package org.qcnn.training;

import java.util.function.UnaryOperator;

/** Conjugate gradients for symmetric positive semidefinite systems, scaled by the diagonal. */
final class ConjugateGradient {
  private static final double SMALL = 1e-12;

  private ConjugateGradient() {}

  /**
   * Returns an approximate solution of {@code matrix * x = right}, starting from 0: every iteration
   * lowers {@code x'matrix x - 2 x'right}. Unknowns with an empty row stay 0.
   *
   * @param matrix {@code [n, n]}
   * @param right {@code [n]}, overwritten
   */
  static double[] solve(double[] matrix, double[] right, int iterations) {
    int n = right.length;
    double[] diagonal = new double[n];
    for (int i = 0; i < n; i++) {
      diagonal[i] = matrix[i * n + i];
    }
    return solve(direction -> multiply(matrix, direction), diagonal, right, iterations);
  }

  /**
   * The same for a matrix that is never written down.
   *
   * @param matrix returns its product with a vector, which stays as it is
   * @param diagonal of the matrix, or about that
   * @param right {@code [n]}, overwritten
   */
  static double[] solve(
      UnaryOperator<double[]> matrix, double[] diagonal, double[] right, int iterations) {
    int n = right.length;
    double[] x = new double[n];
    double[] direction = new double[n];
    double slope = 0;
    double first = 0;
    for (int iteration = 0; iteration < iterations; iteration++) {
      double previous = slope;
      slope = 0;
      for (int i = 0; i < n; i++) {
        slope += right[i] * scaled(diagonal, right, i);
      }
      first = iteration == 0 ? slope : first;
      if (!(slope > first * SMALL)) {
        break;
      }
      double keep = iteration == 0 ? 0 : slope / previous;
      for (int i = 0; i < n; i++) {
        direction[i] = scaled(diagonal, right, i) + keep * direction[i];
      }
      double[] image = matrix.apply(direction);
      double curvature = 0;
      for (int i = 0; i < n; i++) {
        curvature += direction[i] * image[i];
      }
      if (!(curvature > 0)) {
        break;
      }
      double step = slope / curvature;
      for (int i = 0; i < n; i++) {
        x[i] += step * direction[i];
        right[i] -= step * image[i];
      }
    }
    return x;
  }

  private static double scaled(double[] diagonal, double[] residual, int i) {
    return diagonal[i] > 0 ? residual[i] / diagonal[i] : 0;
  }

  private static double[] multiply(double[] matrix, double[] direction) {
    int n = direction.length;
    double[] image = new double[n];
    // Symmetric: going down the rows reads the matrix in order and adds whole rows.
    for (int i = 0; i < n; i++) {
      double factor = direction[i];
      int row = i * n;
      for (int j = 0; j < n && factor != 0; j++) {
        image[j] += factor * matrix[row + j];
      }
    }
    return image;
  }
}
