package org.qcnn.training;

/**
 * The codeword step with a single kernel position: the sub-codewords do not depend on each other,
 * and each is the solution of one small system of equations.
 */
final class BlockDiagonal {
  private final Panel panel;
  private final Codebooks codebooks;
  private final int subspace;
  private final int width;
  private final int offset;

  BlockDiagonal(Panel panel, Codebooks codebooks, int subspace) {
    this.panel = panel;
    this.codebooks = codebooks;
    this.subspace = subspace;
    this.width = codebooks.layout.width(subspace);
    this.offset = codebooks.layout.firstRow(subspace) - panel.firstRow;
  }

  /** Returns by how much to move each sub-codeword, {@code [K, width]}. */
  double[] solve() {
    int words = codebooks.subCodewords;
    double[] slope = new double[words * width];
    int[][] members = new int[panel.groups()][words];
    for (int g = 0; g < panel.groups(); g++) {
      for (int output = 0; output < panel.outputs(g); output++) {
        int k = codebooks.codes[subspace][panel.output(g, output)] & 0xff;
        members[g][k]++;
        for (int j = 0; j < width; j++) {
          slope[k * width + j] += panel.gradient[g][output * panel.rows + offset + j];
        }
      }
    }
    for (int k = 0; k < words; k++) {
      solve(members, k, slope);
    }
    return slope;
  }

  private void solve(int[][] members, int k, double[] slope) {
    double[] matrix = new double[width * width];
    boolean used = false;
    for (int g = 0; g < members.length; g++) {
      used |= members[g][k] > 0;
      for (int i = 0; i < width; i++) {
        for (int j = 0; j < width; j++) {
          matrix[i * width + j] +=
              (double) members[g][k] * panel.gram[g][(offset + i) * panel.rows + offset + j];
        }
      }
    }
    if (used) {
      Cholesky.solve(matrix, width, slope, k * width);
    }
  }
}
