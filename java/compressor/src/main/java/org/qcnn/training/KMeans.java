package org.qcnn.training;

import java.util.Random;

/**
 * Lloyd's algorithm from a k-means++ start. Only the initialisation of codebooks: what is trained
 * afterwards is the error of the response, not of the weights.
 */
final class KMeans {
  private static final int ITERATIONS = 8;
  private static final int LARGEST_SAMPLE = 4096;

  private final float[] points;
  private final int count;
  private final int width;
  private final int clusters;
  // Transposed, [width][clusters], so that the loop over clusters is the inner one.
  private final float[] centres;
  private final float[] scores;

  /**
   * Clusters points.
   *
   * @param points {@code [count, width]}
   */
  KMeans(float[] points, int width, int clusters, long seed) {
    this(points, width, clusters, seed, LARGEST_SAMPLE);
  }

  /** Clusters about {@code sample} of the points. */
  KMeans(float[] points, int width, int clusters, long seed, int sample) {
    this.points = points;
    this.width = width;
    this.count = points.length / width;
    this.clusters = clusters;
    this.centres = new float[width * clusters];
    this.scores = new float[clusters];
    int stride = Math.max(1, count / sample);
    start(new Random(seed), stride);
    for (int i = 0; i < ITERATIONS; i++) {
      improve(stride);
    }
  }

  private void start(Random random, int stride) {
    int sample = (count + stride - 1) / stride;
    double[] distance = new double[sample];
    java.util.Arrays.fill(distance, Double.MAX_VALUE);
    int chosen = random.nextInt(sample);
    for (int k = 0; k < clusters; k++) {
      double sum = 0;
      for (int i = 0; i < sample; i++) {
        distance[i] = Math.min(distance[i], distance(i * stride, chosen * stride));
        sum += distance[i];
      }
      for (int j = 0; j < width; j++) {
        centres[j * clusters + k] = points[chosen * stride * width + j];
      }
      chosen = draw(distance, random.nextDouble() * sum);
    }
  }

  private double distance(int a, int b) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double difference = points[a * width + j] - points[b * width + j];
      sum += difference * difference;
    }
    return sum;
  }

  private static int draw(double[] weights, double target) {
    for (int i = 0; i < weights.length; i++) {
      target -= weights[i];
      if (target < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }

  private void improve(int stride) {
    double[] sums = new double[width * clusters];
    int[] members = new int[clusters];
    for (int i = 0; i < count; i += stride) {
      int k = nearest(i);
      members[k]++;
      for (int j = 0; j < width; j++) {
        sums[j * clusters + k] += points[i * width + j];
      }
    }
    for (int k = 0; k < clusters; k++) {
      for (int j = 0; j < width && members[k] > 0; j++) {
        centres[j * clusters + k] = (float) (sums[j * clusters + k] / members[k]);
      }
    }
  }

  /** Returns the cluster nearest to point {@code i}; the first of several. */
  int nearest(int i) {
    return nearest(points, i * width, width, scores);
  }

  /**
   * Returns the cluster nearest to any point, of which only the first components may be known.
   *
   * @param scores scratch for one number per cluster
   */
  int nearest(float[] vectors, int offset, int components, float[] scores) {
    for (int k = 0; k < clusters; k++) {
      scores[k] = 0;
    }
    for (int j = 0; j < components; j++) {
      float value = vectors[offset + j];
      for (int k = 0; k < clusters; k++) {
        float difference = centres[j * clusters + k] - value;
        scores[k] += difference * difference;
      }
    }
    int best = 0;
    for (int k = 1; k < clusters; k++) {
      if (scores[k] < scores[best]) {
        best = k;
      }
    }
    return best;
  }

  /** Returns component {@code j} of centre {@code k}. */
  float centre(int k, int j) {
    return centres[j * clusters + k];
  }
}
