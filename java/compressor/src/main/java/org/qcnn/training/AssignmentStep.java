package org.qcnn.training;

import java.util.Arrays;

/**
 * The assignment step for one subspace: each output takes the sub-codewords of its kernel positions
 * that lower the objective most while everything else stays. Kernel position by kernel position all
 * sub-codewords are tried after each of the best choices so far, of which some are kept ({@link
 * PartialChoices}); with a single one this is an iterated conditional mode.
 *
 * <p>With p the gradient of a block and G its second moments, replacing w by d changes the
 * objective by {@code d'G d - 2 d'(G w + p)} plus a constant.
 */
final class AssignmentStep {
  private final Panel panel;
  private final Codebooks codebooks;
  private final int subspace;
  private final int beam;
  private final int positions;
  private final int width;
  private final int offset;
  // [group]: second moments of the subspace's rows.
  private final float[][] gram;
  // [group][position][k]: d'G d for every sub-codeword.
  private final float[][][] norms;

  /**
   * Prepares the step.
   *
   * @param beam choices that are kept after each position
   */
  AssignmentStep(Panel panel, Codebooks codebooks, int subspace, int beam) {
    this.panel = panel;
    this.codebooks = codebooks;
    this.subspace = subspace;
    this.positions = codebooks.layout.kernelPositions();
    this.beam = positions == 1 ? 1 : beam;
    this.width = codebooks.layout.width(subspace);
    this.offset = codebooks.layout.firstRow(subspace) - panel.firstRow;
    this.gram = new float[panel.groups()][];
    this.norms = new float[panel.groups()][positions][];
    for (int g = 0; g < norms.length; g++) {
      gram[g] = gram(panel.gram[g]);
      for (int p = 0; p < positions; p++) {
        norms[g][p] = norms(gram[g], p * width);
      }
    }
  }

  private float[] gram(float[] ofPanel) {
    int rows = positions * width;
    float[] moments = new float[rows * rows];
    for (int row = 0; row < rows; row++) {
      int start = (offset + row) * panel.rows + offset;
      System.arraycopy(ofPanel, start, moments, row * rows, rows);
    }
    return moments;
  }

  private float[] norms(float[] moments, int row) {
    int words = codebooks.subCodewords;
    float[] word = codebooks.words[subspace];
    float[] norm = new float[words];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        float moment = moments[(row + i) * positions * width + row + j];
        for (int k = 0; k < words; k++) {
          norm[k] += moment * word[i * words + k] * word[j * words + k];
        }
      }
    }
    return norm;
  }

  /** Reassigns all kernel positions of all outputs. */
  void run() {
    panel.forEachOutput((group, output, thread) -> assign(group, output));
  }

  private void assign(int group, int output) {
    int start = output * panel.rows + offset;
    int end = start + positions * width;
    float[] weights = Arrays.copyOfRange(panel.weights[group], start, end);
    float[] gradient = Arrays.copyOfRange(panel.gradient[group], start, end);
    PartialChoices choices = new PartialChoices(beam, positions, width, gradient);
    float[] words = codebooks.words[subspace];
    for (int p = 0; p < positions; p++) {
      choices.choose(p, weights, gram[group], norms[group][p], words);
    }
    if (choices.change() < 0) {
      take(group, output, weights, choices.codes());
    }
  }

  private void take(int group, int output, float[] weights, int[] chosen) {
    int words = codebooks.subCodewords;
    float[] word = codebooks.words[subspace];
    byte[] codes = codebooks.codes[subspace];
    int first = panel.output(group, output) * positions;
    for (int p = 0; p < positions; p++) {
      if (chosen[p] != (codes[first + p] & 0xff)) {
        codes[first + p] = (byte) chosen[p];
        for (int j = 0; j < width; j++) {
          float delta = word[j * words + chosen[p]] - weights[p * width + j];
          panel.change(group, output, offset + p * width + j, delta, offset);
        }
      }
    }
  }
}
