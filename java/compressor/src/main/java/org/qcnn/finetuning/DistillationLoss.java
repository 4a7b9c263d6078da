package org.qcnn.finetuning;

/**
 * How far the scores of a pupil are from those of its teacher (Hinton et al., 2015): the divergence
 * KL(teacher, pupil) of their softmax at a temperature T, times T^2, plus the mean squared distance
 * of the scores themselves, times a weight.
 */
final class DistillationLoss {
  private final double temperature;
  private final double logitWeight;

  DistillationLoss(double temperature, double logitWeight) {
    this.temperature = temperature;
    this.logitWeight = logitWeight;
  }

  /**
   * Returns the loss of one image.
   *
   * @param at where both arrays have the image's scores
   * @param gradient takes the derivative at the same place, times {@code factor}; null: none
   */
  double of(float[] pupil, float[] teacher, int at, int scores, float[] gradient, double factor) {
    double[] p = logarithms(teacher, at, scores);
    double[] q = logarithms(pupil, at, scores);
    double divergence = 0;
    double squares = 0;
    for (int i = 0; i < scores; i++) {
      double likely = Math.exp(p[i]);
      double distance = (double) pupil[at + i] - teacher[at + i];
      divergence += likely * (p[i] - q[i]);
      squares += distance * distance;
      if (gradient != null) {
        double slope = temperature * (Math.exp(q[i]) - likely);
        slope += logitWeight * 2 * distance / scores;
        gradient[at + i] = (float) (factor * slope);
      }
    }
    return temperature * temperature * divergence + logitWeight * squares / scores;
  }

  /** Returns the logarithm of softmax at the temperature. */
  private double[] logarithms(float[] values, int at, int scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scores; i++) {
      largest = Math.max(largest, values[at + i] / temperature);
    }
    double sum = 0;
    for (int i = 0; i < scores; i++) {
      sum += Math.exp(values[at + i] / temperature - largest);
    }
    double[] logarithms = new double[scores];
    for (int i = 0; i < scores; i++) {
      logarithms[i] = values[at + i] / temperature - largest - Math.log(sum);
    }
    return logarithms;
  }
}
