package org.qcnn.gradient;

import java.util.List;
import org.qcnn.algebra.Workers;

/** Adam (Kingma and Ba, 2015): steps as long as the rate, in the direction of the mean gradient. */
public final class Adam {
  private static final float FIRST_DECAY = 0.9f;
  private static final float SECOND_DECAY = 0.99f;
  private static final double SMALLEST = 1e-12;

  private final List<Parameter> parameters;
  private final float[] scales;
  private final float[][] means;
  private final float[][] squares;
  private final Workers workers;
  private int steps;

  /**
   * Prepares the learning of parameters.
   *
   * @param scales one for each parameter, by which the rate is multiplied
   */
  public Adam(List<Parameter> parameters, float[] scales, Workers workers) {
    this.parameters = List.copyOf(parameters);
    this.scales = scales.clone();
    this.workers = workers;
    this.means = zeros();
    this.squares = zeros();
  }

  private float[][] zeros() {
    return parameters.stream().map(p -> new float[p.values().length]).toArray(float[][]::new);
  }

  /** Changes all parameters by one step along their gradients. */
  public void step(double rate) {
    steps++;
    workers.run(parameters.size(), (index, thread) -> step(index, rate));
  }

  private void step(int index, double rate) {
    double length = rate * scales[index] / (1 - Math.pow(FIRST_DECAY, steps));
    double correction = 1 / (1 - Math.pow(SECOND_DECAY, steps));
    float[] values = parameters.get(index).values();
    float[] gradient = parameters.get(index).gradient();
    float[] mean = means[index];
    float[] square = squares[index];
    for (int i = 0; i < values.length; i++) {
      float g = gradient[i];
      mean[i] = FIRST_DECAY * mean[i] + (1 - FIRST_DECAY) * g;
      square[i] = SECOND_DECAY * square[i] + (1 - SECOND_DECAY) * g * g;
      double size = Math.sqrt(square[i] * correction) + SMALLEST;
      values[i] -= (float) (length * mean[i] / size);
    }
  }
}
