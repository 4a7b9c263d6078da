package org.qcnn.training;

import org.qcnn.algebra.Workers;

/**
 * A run of subspaces on which block coordinate descent works with a gradient of its own; the
 * objective is told of all changes at once when the panel is done. For every group: the second
 * moments of the panel's rows, and per output the gradient and the weights of these rows.
 */
final class Panel {
  private static final int PART = 32;

  final int firstRow;
  final int rows;
  final float[][] gram;
  final float[][] gradient;
  final float[][] weights;
  private final float[][] weightsBefore;
  private final ResponseObjective[] groups;
  private final int[] firstOutput;
  private final Workers workers;

  Panel(
      ResponseObjective[] groups,
      Codebooks codebooks,
      int firstSubspace,
      int subspaces,
      Workers workers) {
    SubspaceLayout layout = codebooks.layout;
    this.groups = groups;
    this.workers = workers;
    firstRow = layout.firstRow(firstSubspace);
    int end = firstSubspace + subspaces - 1;
    rows = layout.firstRow(end) + layout.rows(end) - firstRow;
    gram = new float[groups.length][rows * rows];
    gradient = new float[groups.length][];
    weights = new float[groups.length][];
    weightsBefore = new float[groups.length][];
    firstOutput = new int[groups.length + 1];
    for (int g = 0; g < groups.length; g++) {
      firstOutput[g + 1] = firstOutput[g] + groups[g].outputs();
      gradient[g] = new float[groups[g].outputs() * rows];
      weights[g] = new float[groups[g].outputs() * rows];
      groups[g].gram(firstRow, rows, gram[g]);
      groups[g].gradient(firstRow, rows, gradient[g]);
      for (int output = 0; output < groups[g].outputs(); output++) {
        for (int m = firstSubspace; m <= end; m++) {
          int offset = output * rows + layout.firstRow(m) - firstRow;
          codebooks.weights(m, firstOutput[g] + output, weights[g], offset);
        }
      }
      weightsBefore[g] = weights[g].clone();
    }
  }

  int groups() {
    return groups.length;
  }

  int outputs(int group) {
    return groups[group].outputs();
  }

  /** Returns the number of an output of a group, counted through all groups. */
  int output(int group, int output) {
    return firstOutput[group] + output;
  }

  /** Something done for each output by itself. */
  interface OutputWork {
    void run(int group, int output, int thread);
  }

  /** Does something for every output, in parallel. */
  void forEachOutput(OutputWork work) {
    for (int g = 0; g < groups.length; g++) {
      int group = g;
      int outputs = groups[g].outputs();
      workers.run(
          (outputs + PART - 1) / PART,
          (part, thread) -> {
            int end = Math.min(outputs, (part + 1) * PART);
            for (int output = part * PART; output < end; output++) {
              work.run(group, output, thread);
            }
          });
    }
  }

  /**
   * Adds {@code delta} to one weight, and updates the gradient of the output's rows from {@code
   * firstKept} on; earlier rows are not looked at again in this panel.
   */
  void change(int group, int output, int row, float delta, int firstKept) {
    weights[group][output * rows + row] += delta;
    float[] slopes = gradient[group];
    float[] moments = gram[group];
    int slope = output * rows;
    int moment = row * rows;
    for (int i = firstKept; i < rows; i++) {
      slopes[slope + i] -= moments[moment + i] * delta;
    }
  }

  /** Hands all changes to the objectives. */
  void commit() {
    for (int g = 0; g < groups.length; g++) {
      float[] change = weights[g];
      for (int i = 0; i < change.length; i++) {
        change[i] -= weightsBefore[g][i];
      }
      groups[g].change(firstRow, rows, change);
    }
  }
}
