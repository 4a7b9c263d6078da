package org.qcnn.training;

/** Solves small symmetric positive definite systems. */
final class Cholesky {
  private Cholesky() {}

  /**
   * Replaces {@code values[offset ..]} by the solution of {@code matrix * x = values}.
   *
   * @param matrix {@code [n, n]}, overwritten; if it is not positive definite, x becomes 0
   */
  static void solve(double[] matrix, int n, double[] values, int offset) {
    for (int j = 0; j < n; j++) {
      for (int i = j; i < n; i++) {
        double sum = matrix[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i * n + k] * matrix[j * n + k];
        }
        if (i == j && !(sum > 0)) {
          java.util.Arrays.fill(values, offset, offset + n, 0);
          return;
        }
        matrix[i * n + j] = i == j ? Math.sqrt(sum) : sum / matrix[j * n + j];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        values[offset + i] -= matrix[i * n + k] * values[offset + k];
      }
      values[offset + i] /= matrix[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        values[offset + i] -= matrix[k * n + i] * values[offset + k];
      }
      values[offset + i] /= matrix[i * n + i];
    }
  }
}
