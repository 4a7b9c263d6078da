package org.qcnn.training;

/**
 * The codeword step for one subspace: least squares over all its sub-codewords with the assignments
 * fixed. Because a codebook serves all kernel positions, its sub-codewords depend on each other;
 * the joint normal equations are solved by conjugate gradients from the present codebook, so that
 * no number of iterations can make the objective worse.
 */
final class CodebookStep {
  private static final int ITERATIONS = 10;

  private final Panel panel;
  private final Codebooks codebooks;
  private final int subspace;
  private final int width;
  private final int positions;
  private final int offset;
  private final int unknowns;

  CodebookStep(Panel panel, Codebooks codebooks, int subspace) {
    this.panel = panel;
    this.codebooks = codebooks;
    this.subspace = subspace;
    this.width = codebooks.layout.width(subspace);
    this.positions = codebooks.layout.kernelPositions();
    this.offset = codebooks.layout.firstRow(subspace) - panel.firstRow;
    this.unknowns = codebooks.subCodewords * width;
  }

  /** Moves the sub-codewords; unknown number k * width + j is component j of sub-codeword k. */
  void run() {
    double[] step =
        positions == 1
            ? new BlockDiagonal(panel, codebooks, subspace).solve()
            : ConjugateGradient.solve(normalMatrix(), rightHandSide(), ITERATIONS);
    int words = codebooks.subCodewords;
    float[] moved = new float[unknowns];
    for (int k = 0; k < words; k++) {
      for (int j = 0; j < width; j++) {
        float before = codebooks.words[subspace][j * words + k];
        float after = (float) (before + step[k * width + j]);
        codebooks.words[subspace][j * words + k] = after;
        moved[k * width + j] = after - before;
      }
    }
    panel.forEachOutput((group, output, thread) -> move(group, output, moved));
  }

  private void move(int group, int output, float[] moved) {
    int code = panel.output(group, output) * positions;
    for (int p = 0; p < positions; p++) {
      int k = codebooks.codes[subspace][code + p] & 0xff;
      for (int j = 0; j < width; j++) {
        panel.change(group, output, offset + p * width + j, moved[k * width + j], offset);
      }
    }
  }

  private double[] rightHandSide() {
    double[] sum = new double[unknowns];
    for (int g = 0; g < panel.groups(); g++) {
      for (int output = 0; output < panel.outputs(g); output++) {
        int code = panel.output(g, output) * positions;
        int slope = output * panel.rows + offset;
        for (int p = 0; p < positions; p++) {
          int k = codebooks.codes[subspace][code + p] & 0xff;
          for (int j = 0; j < width; j++) {
            sum[k * width + j] += panel.gradient[g][slope + p * width + j];
          }
        }
      }
    }
    return sum;
  }

  /** Sums the blocks of second moments of all pairs of kernel positions of all outputs. */
  private double[] normalMatrix() {
    double[] matrix = new double[unknowns * unknowns];
    for (int g = 0; g < panel.groups(); g++) {
      for (int output = 0; output < panel.outputs(g); output++) {
        int code = panel.output(g, output) * positions;
        for (int p = 0; p < positions; p++) {
          int k = codebooks.codes[subspace][code + p] & 0xff;
          for (int q = 0; q < positions; q++) {
            int l = codebooks.codes[subspace][code + q] & 0xff;
            addBlock(matrix, k, l, panel.gram[g], offset + p * width, offset + q * width);
          }
        }
      }
    }
    return matrix;
  }

  private void addBlock(double[] matrix, int k, int l, float[] gram, int row, int column) {
    for (int i = 0; i < width; i++) {
      int target = (k * width + i) * unknowns + l * width;
      int moment = (row + i) * panel.rows + column;
      for (int j = 0; j < width; j++) {
        matrix[target + j] += gram[moment + j];
      }
    }
  }
}
