package org.qcnn.benchmarks.training;

/** The cross entropy of softmax scores and targets that add up to one for each image. */
final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * Returns the mean loss of a batch.
   *
   * @param scores {@code [images, classes]}; become the gradient of the mean loss
   */
  static double of(float[] scores, float[] targets, int classes) {
    int images = scores.length / classes;
    double loss = 0;
    for (int at = 0; at < scores.length; at += classes) {
      double[] likely = softmax(scores, at, classes);
      for (int i = 0; i < classes; i++) {
        loss -= targets[at + i] * Math.log(Math.max(likely[i], 1e-30));
        scores[at + i] = (float) ((likely[i] - targets[at + i]) / images);
      }
    }
    return loss / images;
  }

  /** Returns the softmax of the scores from {@code at} on. */
  static double[] softmax(float[] scores, int at, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < classes; i++) {
      largest = Math.max(largest, scores[at + i]);
    }
    double[] likely = new double[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      likely[i] = Math.exp(scores[at + i] - largest);
      sum += likely[i];
    }
    for (int i = 0; i < classes; i++) {
      likely[i] /= sum;
    }
    return likely;
  }
}
