package org.qcnn.training;

import org.qcnn.algebra.Workers;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Tensor;

/**
 * One codebook for all subspaces of a layer, each of which multiplies it by a scale of its own.
 * Where a layer has few outputs, codebooks of its own for every subspace take more of the file than
 * the codes do; a shared one is next to nothing, and leaves the bytes to more sub-codewords.
 */
final class SharedCodebook {
  // Sub-vectors for k-means, per sub-codeword.
  private static final int SAMPLE = 64;

  final Codebooks codebooks;
  // [j * K + k], for Cs' components; a narrower last subspace has no use for the last ones.
  final float[] words;
  final float[] scales;

  private SharedCodebook(Codebooks codebooks) {
    this.codebooks = codebooks;
    this.words = new float[codebooks.layout.size() * codebooks.subCodewords];
    this.scales = new float[codebooks.layout.subspaces()];
  }

  /**
   * Starts from k-means on sub-vectors of the original weights of all subspaces, each subspace
   * brought to the same mean square.
   */
  static SharedCodebook start(
      SubspaceLayout layout,
      ResponseObjective[] groups,
      int subCodewords,
      long seed,
      Workers workers) {
    SharedCodebook shared =
        new SharedCodebook(new Codebooks(layout, Codebooks.outputs(groups), subCodewords));
    KMeans means = shared.cluster(groups, seed, workers);
    for (int i = 0; i < shared.words.length; i++) {
      shared.words[i] = means.centre(i % subCodewords, i / subCodewords);
    }
    shared.spread();
    workers.run(
        layout.subspaces(),
        (m, thread) -> {
          byte[] codes = shared.codebooks.codes[m];
          float[] points = shared.normalized(m, groups);
          float[] scores = new float[subCodewords];
          int width = layout.width(m);
          for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) means.nearest(points, i * width, width, scores);
          }
        });
    return shared;
  }

  private KMeans cluster(ResponseObjective[] groups, long seed, Workers workers) {
    SubspaceLayout layout = codebooks.layout;
    int size = layout.size();
    int whole = Math.max(1, layout.channels() / size);
    int perSubspace = codebooks.outputs * layout.kernelPositions();
    int wanted = Math.min(perSubspace, SAMPLE * codebooks.subCodewords / whole + 1);
    float[] sample = new float[whole * wanted * size];
    workers.run(
        layout.subspaces(),
        (m, thread) -> {
          float[] points = normalized(m, groups);
          for (int i = 0; i < wanted && m < whole; i++) {
            int source = (int) ((long) i * perSubspace / wanted) * size;
            System.arraycopy(points, source, sample, (m * wanted + i) * size, size);
          }
        });
    return new KMeans(
        sample, size, codebooks.subCodewords, seed * 1_000_003L, Math.max(1, whole * wanted));
  }

  /** Returns the sub-vectors of a subspace at a mean square of 1; its scale makes up for that. */
  private float[] normalized(int subspace, ResponseObjective[] groups) {
    float[] points = codebooks.subVectors(subspace, groups);
    double squares = 0;
    for (float value : points) {
      squares += (double) value * value;
    }
    float scale = (float) Math.max(Math.sqrt(squares / points.length), Float.MIN_NORMAL);
    scales[subspace] = scale;
    for (int i = 0; i < points.length; i++) {
      points[i] /= scale;
    }
    return points;
  }

  /** Gives all subspaces the present codebook and scales. */
  void spread() {
    SubspaceLayout layout = codebooks.layout;
    for (int m = 0; m < layout.subspaces(); m++) {
      float[] own = new float[layout.width(m) * codebooks.subCodewords];
      for (int i = 0; i < own.length; i++) {
        own[i] = scales[m] * words[i];
      }
      codebooks.words[m] = own;
    }
  }

  /** As {@link Codebooks#round}; the bytes are those of one subspace. */
  Tensor round() {
    int size = codebooks.layout.size();
    float[] numbers = new float[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i % codebooks.subCodewords * size + i / codebooks.subCodewords] = words[i];
    }
    Tensor rounded = codebooks.tensor(ScaledBytes.nearestShared(numbers, scales));
    codebooks.take(rounded);
    return rounded;
  }
}
