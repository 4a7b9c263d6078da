package org.qcnn.training;

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
    double[] x = new double[n];
    double[] direction = new double[n];
    double[] image = new double[n];
    double slope = 0;
    double first = 0;
    for (int iteration = 0; iteration < iterations; iteration++) {
      double previous = slope;
      slope = scaledSquare(matrix, right);
      first = iteration == 0 ? slope : first;
      if (slope <= first * SMALL) {
        break;
      }
      double keep = iteration == 0 ? 0 : slope / previous;
      for (int i = 0; i < n; i++) {
        direction[i] = scaled(matrix, right, i) + keep * direction[i];
      }
      double curvature = multiply(matrix, direction, image);
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

  private static double scaled(double[] matrix, double[] residual, int i) {
    double diagonal = matrix[i * residual.length + i];
    return diagonal > 0 ? residual[i] / diagonal : 0;
  }

  private static double scaledSquare(double[] matrix, double[] residual) {
    double sum = 0;
    for (int i = 0; i < residual.length; i++) {
      sum += residual[i] * scaled(matrix, residual, i);
    }
    return sum;
  }

  /** image = matrix * direction; returns direction' image. */
  private static double multiply(double[] matrix, double[] direction, double[] image) {
    int n = direction.length;
    // Symmetric: going down the rows reads the matrix in order and adds whole rows.
    java.util.Arrays.fill(image, 0);
    for (int i = 0; i < n; i++) {
      double factor = direction[i];
      int row = i * n;
      for (int j = 0; j < n && factor != 0; j++) {
        image[j] += factor * matrix[row + j];
      }
    }
    double product = 0;
    for (int i = 0; i < n; i++) {
      product += direction[i] * image[i];
    }
    return product;
  }
}
