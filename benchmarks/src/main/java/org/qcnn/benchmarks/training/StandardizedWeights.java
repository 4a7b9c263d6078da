package org.qcnn.benchmarks.training;

import java.util.Arrays;
import java.util.List;
import org.qcnn.algebra.Workers;
import org.qcnn.gradient.Parameter;

/**
 * Learns weights as gain times standardized filters (weight standardization, Qiao et al., 2019; the
 * gain of rectified linear units as in Brock et al., 2021), with momentum. It trains networks about
 * as batch normalization does and leaves nothing behind to fold: what is written is the product.
 *
 * <p>For filter v of n weights with mean m and deviation s, the weights are g (v - m) / s sqrt(2.93
 * / n); v and g are learnt. Fully-connected layers and biases are learnt as they are.
 */
final class StandardizedWeights {
  // 2 / (1 - 1 / pi): what a rectified linear unit leaves of a normal variable's variance, inverse.
  private static final double RECTIFIED_GAIN = 2 / (1 - 1 / Math.PI);

  private final double momentum;
  private final double decay;
  private final List<Layer> layers;
  private final Workers workers;

  /** Numbers learnt directly, or filters and gains if {@code filters} is not 0. */
  private static final class Layer {
    final Parameter parameter;
    final int filters;
    final float[] own;
    final float[] velocity;
    final float[] gains;
    final float[] gainVelocity;

    Layer(Parameter parameter, int filters) {
      this.parameter = parameter;
      this.filters = filters;
      own = parameter.values().clone();
      velocity = new float[own.length];
      gains = new float[filters];
      gainVelocity = new float[filters];
      Arrays.fill(gains, 1f);
    }
  }

  /** Prepares the learning; with the first step, weights become those of standardized filters. */
  StandardizedWeights(List<Parameter> parameters, double momentum, double decay, Workers workers) {
    this.momentum = momentum;
    this.decay = decay;
    layers = parameters.stream().map(p -> new Layer(p, filters(p, parameters))).toList();
    this.workers = workers;
    layers.forEach(StandardizedWeights::write);
  }

  private static int filters(Parameter parameter, List<Parameter> all) {
    if (parameter.kind() != Parameter.Kind.WEIGHTS || !parameter.node().startsWith("conv")) {
      return 0;
    }
    return all.stream()
        .filter(p -> p.kind() == Parameter.Kind.BIAS && p.node().equals(parameter.node()))
        .mapToInt(p -> p.values().length)
        .findFirst()
        .orElseThrow();
  }

  /** Changes all parameters by one step along their gradients. */
  void step(double rate) {
    workers.run(layers.size(), (index, thread) -> step(layers.get(index), rate));
  }

  private void step(Layer layer, double rate) {
    if (layer.filters > 0) {
      throughStandardization(layer, rate);
    }
    float own = layer.parameter.kind() == Parameter.Kind.WEIGHTS ? (float) decay : 0f;
    float[] gradient = layer.parameter.gradient();
    for (int i = 0; i < layer.own.length; i++) {
      layer.velocity[i] = (float) momentum * layer.velocity[i] + gradient[i] + own * layer.own[i];
      layer.own[i] -= (float) rate * layer.velocity[i];
    }
    write(layer);
  }

  /** Turns the gradient of the weights into that of the filters and learns the gains. */
  private void throughStandardization(Layer layer, double rate) {
    int size = layer.own.length / layer.filters;
    float[] gradient = layer.parameter.gradient();
    for (int filter = 0; filter < layer.filters; filter++) {
      int at = filter * size;
      double mean = mean(layer.own, at, size);
      double deviation = deviation(layer.own, at, size, mean);
      double scale = Math.sqrt(RECTIFIED_GAIN / size);
      double sum = 0;
      double along = 0;
      for (int i = at; i < at + size; i++) {
        sum += gradient[i];
        along += gradient[i] * (layer.own[i] - mean) / deviation;
      }
      double factor = layer.gains[filter] * scale / deviation;
      for (int i = at; i < at + size; i++) {
        double unit = (layer.own[i] - mean) / deviation;
        gradient[i] = (float) (factor * (gradient[i] - sum / size - unit * along / size));
      }
      layer.gainVelocity[filter] = (float) (momentum * layer.gainVelocity[filter] + scale * along);
      layer.gains[filter] -= (float) rate * layer.gainVelocity[filter];
    }
  }

  private static void write(Layer layer) {
    float[] values = layer.parameter.values();
    if (layer.filters == 0) {
      System.arraycopy(layer.own, 0, values, 0, values.length);
      return;
    }
    int size = values.length / layer.filters;
    for (int filter = 0; filter < layer.filters; filter++) {
      int at = filter * size;
      double mean = mean(layer.own, at, size);
      double factor =
          layer.gains[filter]
              * Math.sqrt(RECTIFIED_GAIN / size)
              / deviation(layer.own, at, size, mean);
      for (int i = at; i < at + size; i++) {
        values[i] = (float) (factor * (layer.own[i] - mean));
      }
    }
  }

  private static double mean(float[] values, int at, int size) {
    double sum = 0;
    for (int i = at; i < at + size; i++) {
      sum += values[i];
    }
    return sum / size;
  }

  private static double deviation(float[] values, int at, int size, double mean) {
    double sum = 0;
    for (int i = at; i < at + size; i++) {
      sum += (values[i] - mean) * (values[i] - mean);
    }
    return Math.sqrt(sum / size + 1e-12);
  }
}
