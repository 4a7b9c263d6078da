package org.qcnn.training;

/**
 * Gives sub-codewords that nothing uses a new purpose: each moves to the block that the present
 * codebook serves worst, to the very value that would serve it best, which lowers the objective.
 */
final class EmptyCodewords {
  private final Panel panel;
  private final Codebooks codebooks;
  private final int subspace;
  private final int width;
  private final int positions;
  private final int offset;

  EmptyCodewords(Panel panel, Codebooks codebooks, int subspace) {
    this.panel = panel;
    this.codebooks = codebooks;
    this.subspace = subspace;
    this.width = codebooks.layout.width(subspace);
    this.positions = codebooks.layout.kernelPositions();
    this.offset = codebooks.layout.firstRow(subspace) - panel.firstRow;
  }

  void run() {
    int[] members = new int[codebooks.subCodewords];
    for (byte code : codebooks.codes[subspace]) {
      members[code & 0xff]++;
    }
    for (int k = 0; k < members.length; k++) {
      if (members[k] == 0 && !moveToWorstBlock(members, k)) {
        return;
      }
    }
  }

  /** Returns whether there was a block that shares its sub-codeword and would gain. */
  private boolean moveToWorstBlock(int[] members, int k) {
    double worst = 0;
    int worstGroup = -1;
    int worstOutput = 0;
    int worstPosition = 0;
    for (int g = 0; g < panel.groups(); g++) {
      for (int output = 0; output < panel.outputs(g); output++) {
        for (int p = 0; p < positions; p++) {
          int code = panel.output(g, output) * positions + p;
          double square = slopeSquare(g, output, p);
          if (square > worst && members[codebooks.codes[subspace][code] & 0xff] > 1) {
            worst = square;
            worstGroup = g;
            worstOutput = output;
            worstPosition = p;
          }
        }
      }
    }
    if (worstGroup < 0) {
      return false;
    }
    int code = panel.output(worstGroup, worstOutput) * positions + worstPosition;
    members[codebooks.codes[subspace][code] & 0xff]--;
    members[k]++;
    codebooks.codes[subspace][code] = (byte) k;
    fit(k, worstGroup, worstOutput, worstPosition);
    return true;
  }

  private double slopeSquare(int group, int output, int position) {
    double sum = 0;
    int start = output * panel.rows + offset + position * width;
    for (int j = 0; j < width; j++) {
      sum += (double) panel.gradient[group][start + j] * panel.gradient[group][start + j];
    }
    return sum;
  }

  private void fit(int k, int group, int output, int position) {
    int row = offset + position * width;
    double[] matrix = new double[width * width];
    double[] step = new double[width];
    for (int i = 0; i < width; i++) {
      step[i] = panel.gradient[group][output * panel.rows + row + i];
      for (int j = 0; j < width; j++) {
        matrix[i * width + j] = panel.gram[group][(row + i) * panel.rows + row + j];
      }
    }
    Cholesky.solve(matrix, width, step, 0);
    for (int j = 0; j < width; j++) {
      float before = panel.weights[group][output * panel.rows + row + j];
      codebooks.words[subspace][j * codebooks.subCodewords + k] = (float) (before + step[j]);
      panel.change(group, output, row + j, (float) (before + step[j]) - before, offset);
    }
  }
}
