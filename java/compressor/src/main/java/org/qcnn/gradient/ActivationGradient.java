package org.qcnn.gradient;

import org.qcnn.graph.Activation;
import org.qcnn.tensor.Shape;

/** The derivative of an activation that stands alone. */
final class ActivationGradient implements OperatorGradient {
  private final Activation activation;
  private final int count;

  ActivationGradient(Activation activation, Shape shape) {
    this.activation = activation;
    this.count = shape.count();
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    float[] x = inputs[0];
    float[] ofInput = ofInputs[0];
    for (int i = 0; i < count; i++) {
      ofInput[i] += gradient[i] * Activations.derivative(activation, x[i]);
    }
  }

  @Override
  public boolean readsInputs() {
    return true;
  }
}
