package org.qcnn.channels;

import java.util.List;
import java.util.Random;
import org.qcnn.algebra.FloatMatrix;

/**
 * An order of channels in which those of a subspace are alike, so that fewer sub-codewords say more
 * (Martinez et al., "Permute, Quantize, and Fine-tune", 2021): what a codebook cannot say grows
 * with the determinant of its sub-vectors' second moments. Pairs of channels change places as long
 * as that lowers the sum over subspaces.
 */
final class ChannelOrdering {
  private static final int TRIALS_PER_CHANNEL = 200;
  private static final double SMALLEST = 1e-30;
  private static final long SEED = 1;

  private final int size;
  private final int subspaces;
  private final int[] order;
  private final float[][] moments;
  private final double[] spread;

  private ChannelOrdering(List<ChannelWeights> layers, int channels, int size) {
    this.size = size;
    this.subspaces = channels / size;
    this.order = same(channels);
    this.moments = moments(layers, channels);
    this.spread = new double[subspaces];
    for (int m = 0; m < subspaces; m++) {
      spread[m] = spread(m);
    }
  }

  /**
   * Returns which channel comes to which place.
   *
   * @param layers that read the channels; each counts the same
   * @param size Cs'
   */
  static int[] of(List<ChannelWeights> layers, int size) {
    int channels = layers.get(0).channels();
    if (channels < 2 * size) {
      return same(channels);
    }
    ChannelOrdering ordering = new ChannelOrdering(layers, channels, size);
    ordering.run();
    return ordering.order;
  }

  /** Returns the order that changes nothing. */
  static int[] same(int channels) {
    int[] order = new int[channels];
    for (int c = 0; c < channels; c++) {
      order[c] = c;
    }
    return order;
  }

  private static float[][] moments(List<ChannelWeights> layers, int channels) {
    float[][] moments = new float[channels][channels];
    try (FloatMatrix products = new FloatMatrix(channels, channels)) {
      for (ChannelWeights layer : layers) {
        addMoments(layer, products);
      }
      for (int c = 0; c < channels; c++) {
        products.values().get(c * channels, moments[c]);
      }
    }
    return moments;
  }

  private static void addMoments(ChannelWeights layer, FloatMatrix products) {
    float unit = (float) (1 / Math.max(layer.magnitude(), Float.MIN_NORMAL));
    try (FloatMatrix vectors = new FloatMatrix(layer.channels(), layer.size())) {
      for (int c = 0; c < layer.channels(); c++) {
        for (int i = 0; i < layer.size(); i++) {
          vectors.set(c, i, layer.get(c, i) * unit);
        }
      }
      products
          .whole()
          .addProduct(1f, 1f / layer.size(), vectors.whole(), vectors.whole().transpose());
    }
  }

  private void run() {
    Random random = new Random(SEED);
    int places = subspaces * size;
    for (int trial = 0; trial < TRIALS_PER_CHANNEL * places; trial++) {
      int one = random.nextInt(places);
      int other = random.nextInt(places);
      if (one / size != other / size) {
        tryToSwap(one, other);
      }
    }
  }

  private void tryToSwap(int one, int other) {
    swap(one, other);
    double here = spread(one / size);
    double there = spread(other / size);
    if (here + there < spread[one / size] + spread[other / size]) {
      spread[one / size] = here;
      spread[other / size] = there;
    } else {
      swap(one, other);
    }
  }

  private void swap(int one, int other) {
    int channel = order[one];
    order[one] = order[other];
    order[other] = channel;
  }

  /** Returns the Cs'-th root of the determinant of a subspace's second moments, by Cholesky. */
  private double spread(int subspace) {
    double[][] lower = new double[size][size];
    double determinant = 1;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = moments[order[subspace * size + i]][order[subspace * size + j]];
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        if (i == j) {
          double pivot = Math.max(sum, SMALLEST);
          determinant *= pivot;
          lower[i][i] = Math.sqrt(pivot);
        } else {
          lower[i][j] = sum / lower[j][j];
        }
      }
    }
    return Math.pow(determinant, 1.0 / size);
  }
}
