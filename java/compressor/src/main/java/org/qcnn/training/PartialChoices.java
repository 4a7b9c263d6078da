package org.qcnn.training;

import java.util.Arrays;

/**
 * A beam of choices of sub-codewords for the first kernel positions of one output in one subspace,
 * in the order of their objectives. Positions that follow have their present weights.
 */
final class PartialChoices {
  private final int most;
  private final int positions;
  private final int width;
  private int count;
  private double[] objectives;
  // [choice][row]: the gradient where each choice has been made.
  private float[][] gradients;
  private int[][] codes;

  /**
   * Starts with the one choice of nothing.
   *
   * @param most to keep
   * @param gradient {@code [position][width]} of the objective; it is read, not changed
   */
  PartialChoices(int most, int positions, int width, float[] gradient) {
    this.most = most;
    this.positions = positions;
    this.width = width;
    this.count = 1;
    this.objectives = new double[most];
    this.gradients = new float[most][];
    this.codes = new int[most][];
    gradients[0] = gradient;
    codes[0] = new int[positions];
  }

  /**
   * Makes the next choice, of a sub-codeword for a position, in all ways and keeps the best.
   *
   * @param weights {@code [position][width]}, the present ones
   * @param gram {@code [row][row]}, second moments of these rows
   * @param norms d'G d of each sub-codeword d at this position
   * @param words sub-codewords, {@code [width][K]}
   */
  void choose(int position, float[] weights, float[] gram, float[] norms, float[] words) {
    int row = position * width;
    Candidates best = new Candidates(Math.min(most, count * norms.length));
    float[] scores = new float[norms.length];
    float[] pull = new float[width];
    for (int choice = 0; choice < count; choice++) {
      double present = pull(row, weights, gram, gradients[choice], pull);
      score(norms, words, pull, scores);
      best.offer(choice, objectives[choice] + present, scores);
    }
    take(best, position, weights, gram, words);
  }

  /** Fills pull = G w + p for a block; returns what its present weights add to the objective. */
  private double pull(int row, float[] weights, float[] gram, float[] gradient, float[] pull) {
    int rows = positions * width;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      float product = 0;
      for (int j = 0; j < width; j++) {
        product += gram[(row + i) * rows + row + j] * weights[row + j];
      }
      pull[i] = gradient[row + i] + product;
      sum += weights[row + i] * (2.0 * gradient[row + i] + product);
    }
    return sum;
  }

  private void score(float[] norms, float[] words, float[] pull, float[] scores) {
    System.arraycopy(norms, 0, scores, 0, scores.length);
    for (int j = 0; j < width; j++) {
      float twice = 2 * pull[j];
      int start = j * scores.length;
      for (int k = 0; k < scores.length; k++) {
        scores[k] -= twice * words[start + k];
      }
    }
  }

  private void take(Candidates best, int position, float[] weights, float[] gram, float[] words) {
    float[][] nextGradients = new float[most][];
    int[][] nextCodes = new int[most][];
    double[] nextObjectives = new double[most];
    int subCodewords = words.length / width;
    for (int i = 0; i < best.count; i++) {
      nextObjectives[i] = best.objectives[i];
      nextCodes[i] = codes[best.choices[i]].clone();
      nextCodes[i][position] = best.words[i];
      nextGradients[i] = gradients[best.choices[i]].clone();
      for (int j = 0; j < width; j++) {
        float delta = words[j * subCodewords + best.words[i]] - weights[position * width + j];
        follow(nextGradients[i], position, position * width + j, delta, gram);
      }
    }
    gradients = nextGradients;
    codes = nextCodes;
    objectives = nextObjectives;
    count = best.count;
  }

  /** Changes the gradient of the positions that follow. */
  private void follow(float[] gradient, int position, int row, float delta, float[] gram) {
    int rows = positions * width;
    for (int i = (position + 1) * width; i < rows; i++) {
      gradient[i] -= gram[row * rows + i] * delta;
    }
  }

  /** Returns by how much the best choice changes the objective. */
  double change() {
    return objectives[0];
  }

  /** Returns the sub-codewords of the best choice by position. */
  int[] codes() {
    return codes[0];
  }

  /** The best pairs of a choice and one more sub-codeword, in the order of their objectives. */
  private static final class Candidates {
    final double[] objectives;
    final int[] choices;
    final int[] words;
    int count;

    Candidates(int most) {
      objectives = new double[most];
      choices = new int[most];
      words = new int[most];
      Arrays.fill(objectives, Double.POSITIVE_INFINITY);
    }

    void offer(int choice, double before, float[] scores) {
      float limit = (float) (objectives[objectives.length - 1] - before);
      for (int k = 0; k < scores.length; k++) {
        if (scores[k] < limit) {
          insert(choice, k, before + scores[k]);
          limit = (float) (objectives[objectives.length - 1] - before);
        }
      }
    }

    private void insert(int choice, int word, double objective) {
      int place = Math.min(count, objectives.length - 1);
      while (place > 0 && objectives[place - 1] > objective) {
        objectives[place] = objectives[place - 1];
        choices[place] = choices[place - 1];
        words[place] = words[place - 1];
        place--;
      }
      objectives[place] = objective;
      choices[place] = choice;
      words[place] = word;
      count = Math.min(count + 1, objectives.length);
    }
  }
}
