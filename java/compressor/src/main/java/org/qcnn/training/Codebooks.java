package org.qcnn.training;

import org.qcnn.algebra.Workers;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Codebooks and assignments while they are trained. Outputs are counted through all groups, which
 * share the codebooks.
 */
final class Codebooks {
  final SubspaceLayout layout;
  final int outputs;
  final int subCodewords;
  // [subspace][j * K + k]: transposed, so that loops over sub-codewords are the inner ones.
  final float[][] words;
  // [subspace][output * positions + position].
  final byte[][] codes;

  Codebooks(SubspaceLayout layout, int outputs, int subCodewords) {
    this.layout = layout;
    this.outputs = outputs;
    this.subCodewords = subCodewords;
    this.words = new float[layout.subspaces()][];
    this.codes = new byte[layout.subspaces()][outputs * layout.kernelPositions()];
  }

  /** Starts from k-means on the sub-vectors of the original weights. */
  static Codebooks start(
      SubspaceLayout layout,
      ResponseObjective[] groups,
      int subCodewords,
      long seed,
      Workers workers) {
    Codebooks codebooks = new Codebooks(layout, outputs(groups), subCodewords);
    workers.run(
        layout.subspaces(), (subspace, thread) -> codebooks.cluster(subspace, groups, seed));
    return codebooks;
  }

  /** Returns the outputs of all groups. */
  static int outputs(ResponseObjective[] groups) {
    int outputs = 0;
    for (ResponseObjective group : groups) {
      outputs += group.outputs();
    }
    return outputs;
  }

  /** Returns the sub-vectors of the original weights, {@code [outputs * positions, width]}. */
  float[] subVectors(int subspace, ResponseObjective[] groups) {
    float[] points = new float[outputs * layout.rows(subspace)];
    int next = 0;
    for (ResponseObjective group : groups) {
      for (int output = 0; output < group.outputs(); output++) {
        for (int row = 0; row < layout.rows(subspace); row++) {
          points[next++] = group.originalWeights().get(layout.firstRow(subspace) + row, output);
        }
      }
    }
    return points;
  }

  private void cluster(int subspace, ResponseObjective[] groups, long seed) {
    int width = layout.width(subspace);
    float[] points = subVectors(subspace, groups);
    KMeans means = new KMeans(points, width, subCodewords, seed * 1_000_003L + subspace);
    words[subspace] = new float[width * subCodewords];
    for (int j = 0; j < width; j++) {
      for (int k = 0; k < subCodewords; k++) {
        words[subspace][j * subCodewords + k] = means.centre(k, j);
      }
    }
    for (int i = 0; i < codes[subspace].length; i++) {
      codes[subspace][i] = (byte) means.nearest(i);
    }
  }

  /** Reads the weights of one output for all rows of a subspace, in the order of the layout. */
  void weights(int subspace, int output, float[] target, int offset) {
    int width = layout.width(subspace);
    int positions = layout.kernelPositions();
    for (int position = 0; position < positions; position++) {
      int k = codes[subspace][output * positions + position] & 0xff;
      for (int j = 0; j < width; j++) {
        target[offset + position * width + j] = words[subspace][j * subCodewords + k];
      }
    }
  }

  /**
   * Rounds every sub-codeword to what the file can hold, bytes with a scale per subspace, and
   * returns the codebooks as {@code [M, K, Cs']}.
   */
  Tensor round() {
    float[] numbers = new float[layout.subspaces() * subCodewords * layout.size()];
    for (int m = 0; m < layout.subspaces(); m++) {
      for (int i = 0; i < words[m].length; i++) {
        numbers[place(m, i)] = words[m][i];
      }
    }
    Tensor rounded = tensor(ScaledBytes.nearest(numbers, subCodewords * layout.size()));
    take(rounded);
    return rounded;
  }

  /** Returns codebooks as {@code [M, K, Cs']}. */
  Tensor tensor(ScaledBytes bytes) {
    return Tensor.overBytes(Shape.of(layout.subspaces(), subCodewords, layout.size()), bytes);
  }

  /** Sets all sub-codewords. */
  void take(Tensor codebooks) {
    float[] numbers = codebooks.toArray();
    for (int m = 0; m < layout.subspaces(); m++) {
      for (int i = 0; i < words[m].length; i++) {
        words[m][i] = numbers[place(m, i)];
      }
    }
  }

  /** Returns where in {@code [M, K, Cs']} a number of {@code words[m]} stands. */
  private int place(int m, int i) {
    return (m * subCodewords + i % subCodewords) * layout.size() + i / subCodewords;
  }

  /** Returns the assignments as {@code [Ct, positions, M]}. */
  byte[] toAssignments() {
    int positions = layout.kernelPositions();
    int subspaces = layout.subspaces();
    byte[] assignments = new byte[outputs * positions * subspaces];
    for (int m = 0; m < subspaces; m++) {
      for (int i = 0; i < outputs * positions; i++) {
        assignments[i * subspaces + m] = codes[m][i];
      }
    }
    return assignments;
  }
}
