package org.qcnn.gradient;

import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Pooling;
import org.qcnn.tensor.Shape;

/** The derivative of pooling over whole channels. */
final class GlobalPoolingGradient implements OperatorGradient {
  private final boolean maximum;
  private final int channels;
  private final int plane;

  GlobalPoolingGradient(GlobalPooling operator, Shape input) {
    maximum = operator.kind() == Pooling.Kind.MAXIMUM;
    channels = input.extent(0);
    plane = input.count(1, 3);
  }

  @Override
  public boolean readsInputs() {
    return maximum;
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    float[] ofInput = ofInputs[0];
    for (int channel = 0; channel < channels; channel++) {
      int start = channel * plane;
      if (maximum) {
        ofInput[largest(inputs[0], start)] += gradient[channel];
      } else {
        float share = gradient[channel] / plane;
        for (int i = start; i < start + plane; i++) {
          ofInput[i] += share;
        }
      }
    }
  }

  private int largest(float[] input, int start) {
    int best = start;
    for (int i = start + 1; i < start + plane; i++) {
      best = input[i] > input[best] ? i : best;
    }
    return best;
  }
}
