package org.qcnn.gradient;

import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.tensor.Shape;

/**
 * The derivative of local response normalization. With {@code s = k + alpha / size * sum of x^2},
 * {@code dx[c] = dy[c] * s[c]^-beta - 2 alpha beta / size * x[c] * sum of dy[j] x[j] s[j]^(-beta -
 * 1)} over all channels j whose windows hold c.
 */
final class NormalizationGradient implements OperatorGradient {
  private final LocalResponseNormalization operator;
  private final int channels;
  private final int plane;

  NormalizationGradient(LocalResponseNormalization operator, Shape input) {
    this.operator = operator;
    this.channels = input.extent(0);
    this.plane = input.count(1, 3);
  }

  @Override
  public boolean readsInputs() {
    return true;
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    double[] power = new double[channels];
    double[] product = new double[channels];
    for (int position = 0; position < plane; position++) {
      addAt(position, inputs[0], gradient, ofInputs[0], power, product);
    }
  }

  private void addAt(
      int position,
      float[] x,
      float[] gradient,
      float[] ofInput,
      double[] power,
      double[] product) {
    int before = (operator.size() - 1) / 2;
    int after = operator.size() / 2;
    double share = (double) operator.alpha() / operator.size();
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int j = Math.max(0, c - before); j <= Math.min(channels - 1, c + after); j++) {
        double value = x[j * plane + position];
        sum += value * value;
      }
      double s = operator.k() + share * sum;
      int at = c * plane + position;
      power[c] = Math.pow(s, -operator.beta());
      product[c] = gradient[at] * x[at] * power[c] / s;
    }
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int j = Math.max(0, c - after); j <= Math.min(channels - 1, c + before); j++) {
        sum += product[j];
      }
      int at = c * plane + position;
      ofInput[at] += (float) (gradient[at] * power[c] - 2 * share * operator.beta() * x[at] * sum);
    }
  }
}
