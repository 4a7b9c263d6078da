package org.qcnn.training;

/**
 * The assignment step for one subspace: each output takes, kernel position by kernel position, the
 * sub-codeword that lowers the objective most while everything else stays (exhaustive over K).
 *
 * <p>With p the gradient of the block and G its second moments, replacing w by d changes the
 * objective by {@code d'G d - 2 d'(G w + p)} plus a constant.
 */
final class AssignmentStep {
  private final Panel panel;
  private final Codebooks codebooks;
  private final int subspace;
  private final int width;
  private final int offset;
  // [group][position][k]: d'G d for every sub-codeword.
  private final float[][][] norms;

  AssignmentStep(Panel panel, Codebooks codebooks, int subspace) {
    this.panel = panel;
    this.codebooks = codebooks;
    this.subspace = subspace;
    this.width = codebooks.layout.width(subspace);
    this.offset = codebooks.layout.firstRow(subspace) - panel.firstRow;
    int positions = codebooks.layout.kernelPositions();
    this.norms = new float[panel.groups()][positions][];
    for (int g = 0; g < norms.length; g++) {
      for (int p = 0; p < positions; p++) {
        norms[g][p] = norms(panel.gram[g], offset + p * width);
      }
    }
  }

  private float[] norms(float[] gram, int row) {
    int words = codebooks.subCodewords;
    float[] word = codebooks.words[subspace];
    float[] norm = new float[words];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        float moment = gram[(row + i) * panel.rows + row + j];
        for (int k = 0; k < words; k++) {
          norm[k] += moment * word[i * words + k] * word[j * words + k];
        }
      }
    }
    return norm;
  }

  /** Reassigns all kernel positions of all outputs. */
  void run() {
    panel.forEachOutput(
        (group, output, thread) -> {
          float[] scores = new float[codebooks.subCodewords];
          float[] pull = new float[width];
          for (int p = 0; p < codebooks.layout.kernelPositions(); p++) {
            assign(group, output, p, scores, pull);
          }
        });
  }

  private void assign(int group, int output, int position, float[] scores, float[] pull) {
    int words = codebooks.subCodewords;
    int row = offset + position * width;
    findPull(group, output, row, pull);
    System.arraycopy(norms[group][position], 0, scores, 0, words);
    float[] word = codebooks.words[subspace];
    for (int j = 0; j < width; j++) {
      float twice = 2 * pull[j];
      int start = j * words;
      for (int k = 0; k < words; k++) {
        scores[k] -= twice * word[start + k];
      }
    }
    byte[] codes = codebooks.codes[subspace];
    int index = panel.output(group, output) * codebooks.layout.kernelPositions() + position;
    int best = codes[index] & 0xff;
    for (int k = 0; k < words; k++) {
      if (scores[k] < scores[best]) {
        best = k;
      }
    }
    if (best != (codes[index] & 0xff)) {
      codes[index] = (byte) best;
      for (int j = 0; j < width; j++) {
        float delta = word[j * words + best] - panel.weights[group][output * panel.rows + row + j];
        panel.change(group, output, row + j, delta, offset);
      }
    }
  }

  /** pull = G w + p for the block at {@code row}. */
  private void findPull(int group, int output, int row, float[] pull) {
    int start = output * panel.rows + row;
    for (int i = 0; i < width; i++) {
      float sum = panel.gradient[group][start + i];
      int moment = (row + i) * panel.rows + row;
      for (int j = 0; j < width; j++) {
        sum += panel.gram[group][moment + j] * panel.weights[group][start + j];
      }
      pull[i] = sum;
    }
  }
}
