package org.qcnn.gradient;

import org.qcnn.graph.Softmax;
import org.qcnn.tensor.Shape;

/** The derivative of softmax: {@code dx = y * (dy - sum of y * dy)}. */
final class SoftmaxGradient implements OperatorGradient {
  private final int outer;
  private final int extent;
  private final int inner;

  SoftmaxGradient(Softmax operator, Shape input) {
    outer = input.count(0, operator.firstAxis());
    extent = input.count(operator.firstAxis(), operator.lastAxis() + 1);
    inner = input.count(operator.lastAxis() + 1, input.rank());
  }

  @Override
  public boolean readsOutput() {
    return true;
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        int start = o * extent * inner + i;
        double sum = 0;
        for (int e = 0; e < extent; e++) {
          sum += (double) output[start + e * inner] * gradient[start + e * inner];
        }
        for (int e = 0; e < extent; e++) {
          int at = start + e * inner;
          ofInputs[0][at] += (float) (output[at] * (gradient[at] - sum));
        }
      }
    }
  }
}
