package org.qcnn.training;

import java.util.Random;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/** Objectives on correlated random samples, whose inputs differ from what the responses saw. */
final class RandomObjectives {
  final FloatMatrix x;
  final FloatMatrix t;
  final FloatMatrix weights;

  RandomObjectives(int samples, int inputs, int outputs, double disturbance, long seed) {
    Random random = new Random(seed);
    x = new FloatMatrix(samples, inputs);
    t = new FloatMatrix(samples, outputs);
    weights = new FloatMatrix(inputs, outputs);
    for (int i = 0; i < inputs; i++) {
      for (int o = 0; o < outputs; o++) {
        weights.set(i, o, (float) (random.nextGaussian() / Math.sqrt(inputs)));
      }
    }
    for (int n = 0; n < samples; n++) {
      double common = random.nextGaussian();
      double[] original = new double[inputs];
      for (int i = 0; i < inputs; i++) {
        original[i] = Math.max(0, 0.5 + 0.7 * common + random.nextGaussian());
        x.set(n, i, (float) (original[i] + disturbance * random.nextGaussian()));
      }
      for (int o = 0; o < outputs; o++) {
        double sum = 0;
        for (int i = 0; i < inputs; i++) {
          sum += original[i] * weights.get(i, o);
        }
        t.set(n, o, (float) sum);
      }
    }
  }

  ResponseObjective moments(double ridge, Workers workers, int chunk) {
    Moments moments = new Moments(x.columns(), t.columns(), workers);
    for (int first = 0; first < x.rows(); first += chunk) {
      int count = Math.min(chunk, x.rows() - first);
      try (FloatMatrix part = rows(x, first, count);
          FloatMatrix responses = rows(t, first, count)) {
        moments.add(part, responses, count);
      }
    }
    return new MomentObjective(moments.finish(), copy(weights), ridge, workers);
  }

  ResponseObjective samples(double ridge, Workers workers) {
    return new SampleObjective(copy(x), copy(t), copy(weights), ridge, workers);
  }

  /** The relative error of other weights, from the definition: over samples, centred. */
  double relativeError(FloatMatrix others) {
    double[][] errors = new double[t.columns()][x.rows()];
    double[][] responses = new double[t.columns()][x.rows()];
    for (int n = 0; n < x.rows(); n++) {
      for (int o = 0; o < t.columns(); o++) {
        double sum = 0;
        for (int i = 0; i < x.columns(); i++) {
          sum += (double) x.get(n, i) * others.get(i, o);
        }
        errors[o][n] = t.get(n, o) - sum;
        responses[o][n] = t.get(n, o);
      }
    }
    double error = 0;
    double variance = 0;
    for (int o = 0; o < t.columns(); o++) {
      error += variance(errors[o]);
      variance += variance(responses[o]);
    }
    return error / variance;
  }

  private static double variance(double[] values) {
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }

  static FloatMatrix copy(FloatMatrix matrix) {
    return rows(matrix, 0, matrix.rows());
  }

  private static FloatMatrix rows(FloatMatrix matrix, int first, int count) {
    FloatMatrix part = new FloatMatrix(count, matrix.columns());
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < matrix.columns(); column++) {
        part.set(row, column, matrix.get(first + row, column));
      }
    }
    return part;
  }
}
