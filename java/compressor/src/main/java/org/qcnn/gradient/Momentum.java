package org.qcnn.gradient;

import java.util.List;
import org.qcnn.algebra.Workers;

/** Stochastic gradient descent with momentum, and decay of weights (not of biases). */
public final class Momentum {
  private final List<Parameter> parameters;
  private final float momentum;
  private final float decay;
  private final float[][] velocities;
  private final Workers workers;

  /**
   * Prepares the learning of parameters.
   *
   * @param momentum the part of a step that the next one keeps
   * @param decay what is added to the gradient of a weight, as a multiple of the weight
   */
  public Momentum(List<Parameter> parameters, double momentum, double decay, Workers workers) {
    this.parameters = List.copyOf(parameters);
    this.momentum = (float) momentum;
    this.decay = (float) decay;
    this.workers = workers;
    this.velocities =
        parameters.stream().map(p -> new float[p.values().length]).toArray(float[][]::new);
  }

  /** Changes all parameters by one step along their gradients. */
  public void step(double rate) {
    workers.run(parameters.size(), (index, thread) -> step(index, (float) rate));
  }

  private void step(int index, float rate) {
    Parameter parameter = parameters.get(index);
    float[] values = parameter.values();
    float[] gradient = parameter.gradient();
    float[] velocity = velocities[index];
    float own = parameter.kind() == Parameter.Kind.WEIGHTS ? decay : 0f;
    for (int i = 0; i < values.length; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i] + own * values[i];
      values[i] -= rate * velocity[i];
    }
  }
}
