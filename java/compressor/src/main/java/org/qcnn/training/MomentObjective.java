package org.qcnn.training;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * The objective from second moments: memory and time do not depend on the number of samples. G is
 * the covariance of inputs, C that of inputs and responses; the gradient P = C - G W is kept for
 * all rows, so that a change of a block costs one product with the block's columns of G.
 */
public final class MomentObjective implements ResponseObjective {
  private static final int PART = 128;

  private final Moments moments;
  private final FloatMatrix weights0;
  private final FloatMatrix weights;
  private final FloatMatrix gradient;
  private final FloatMatrix correction;
  private final double ridge;
  private final Workers workers;
  private boolean corrected;

  /**
   * Returns an objective that takes over the moments, whose G then includes the ridge.
   *
   * @param originalWeights {@code [inputs, outputs]}, taken over
   * @param relativeRidge the ridge as a multiple of the mean variance of the inputs
   */
  public MomentObjective(
      Moments moments, FloatMatrix originalWeights, double relativeRidge, Workers workers) {
    this.moments = moments;
    this.weights0 = originalWeights;
    this.workers = workers;
    int inputs = originalWeights.rows();
    int outputs = originalWeights.columns();
    weights = new FloatMatrix(inputs, outputs);
    gradient = new FloatMatrix(inputs, outputs);
    correction = new FloatMatrix(inputs, outputs);
    correction.copyFrom(moments.cross());
    multiplyRows(correction, -1f, originalWeights);
    ridge = relativeRidge * Math.max(moments.meanVariance(), Float.MIN_NORMAL);
    for (int i = 0; i < inputs; i++) {
      moments.gram().set(i, i, (float) (moments.gram().get(i, i) + ridge));
    }
  }

  /** target += factor * G * other, in parts of rows. */
  private void multiplyRows(FloatMatrix target, float factor, FloatMatrix other) {
    int inputs = target.rows();
    workers.run(
        (inputs + PART - 1) / PART,
        (part, thread) -> {
          int first = part * PART;
          int count = Math.min(PART, inputs - first);
          target
              .block(first, count, 0, target.columns())
              .addProduct(1f, factor, moments.gram().block(first, count, 0, inputs), other.whole());
        });
  }

  @Override
  public int inputs() {
    return weights0.rows();
  }

  @Override
  public int outputs() {
    return weights0.columns();
  }

  @Override
  public FloatMatrix originalWeights() {
    return weights0;
  }

  @Override
  public void start(FloatMatrix start) {
    corrected = false;
    weights.copyFrom(start);
    try (FloatMatrix difference = new FloatMatrix(inputs(), outputs())) {
      FloatBuffer target = difference.values();
      FloatBuffer from = weights0.values();
      FloatBuffer to = start.values();
      for (int i = 0; i < target.capacity(); i++) {
        target.put(i, from.get(i) - to.get(i));
      }
      gradient.clear();
      // G already holds the ridge, whose pull is ridge * (W0 - W).
      multiplyRows(gradient, 1f, difference);
    }
  }

  @Override
  public void correctErrors() {
    if (corrected) {
      return;
    }
    corrected = true;
    gradient.add(correction);
  }

  @Override
  public void gradient(int firstRow, int count, float[] target) {
    FloatBuffer values = gradient.values();
    for (int row = 0; row < count; row++) {
      int start = gradient.index(firstRow + row, 0);
      for (int output = 0; output < outputs(); output++) {
        target[output * count + row] = values.get(start + output);
      }
    }
  }

  @Override
  public void gram(int firstRow, int count, float[] target) {
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < count; column++) {
        target[row * count + column] = moments.gram().get(firstRow + row, firstRow + column);
      }
    }
  }

  @Override
  public void change(int firstRow, int count, float[] change) {
    try (FloatMatrix block = new FloatMatrix(count, outputs())) {
      for (int row = 0; row < count; row++) {
        for (int output = 0; output < outputs(); output++) {
          float delta = change[output * count + row];
          block.set(row, output, delta);
          weights.set(firstRow + row, output, weights.get(firstRow + row, output) + delta);
        }
      }
      workers.run(
          (inputs() + PART - 1) / PART,
          (part, thread) -> {
            int first = part * PART;
            int rows = Math.min(PART, inputs() - first);
            gradient
                .block(first, rows, 0, outputs())
                .addProduct(
                    1f, -1f, moments.gram().block(first, rows, firstRow, count), block.whole());
          });
    }
  }

  /**
   * With D = W - W0, G including the ridge, and the gradient P = B - G D (B the correction, or 0):
   * D'G D - 2 D'B = -(D'P + D'B), so that J = constant - D'(P + B).
   */
  @Override
  public double objective() {
    double sum = 0;
    FloatBuffer now = weights.values();
    FloatBuffer before = weights0.values();
    FloatBuffer slope = gradient.values();
    FloatBuffer pull = correction.values();
    for (int i = 0; i < now.capacity(); i++) {
      double target = corrected ? pull.get(i) : 0;
      sum -= ((double) now.get(i) - before.get(i)) * (slope.get(i) + target);
    }
    return sum + (corrected ? originalError() : 0);
  }

  /** E(W0): what the quantization of earlier layers alone has cost this layer. */
  private double originalError() {
    // E(W0) = tr(T'T) - W0'C - W0'(C - G0 W0) with B = C - G0 W0.
    return moments.responseVariance() - weights0.dot(moments.cross()) - weights0.dot(correction);
  }

  @Override
  public double estimationError() {
    double sum = 0;
    FloatBuffer now = weights.values();
    FloatBuffer before = weights0.values();
    FloatBuffer slope = gradient.values();
    FloatBuffer pull = correction.values();
    for (int i = 0; i < now.capacity(); i++) {
      double true0 = corrected ? 0 : pull.get(i);
      sum -= ((double) now.get(i) - before.get(i)) * (slope.get(i) + true0 + pull.get(i));
    }
    return Math.max(0, originalError() + sum - ridge * weights.squaredDistance(weights0));
  }

  @Override
  public double responseVariance() {
    return moments.responseVariance();
  }

  @Override
  public double[] meanResponse() {
    double[] mean = new double[outputs()];
    for (int row = 0; row < inputs(); row++) {
      for (int output = 0; output < mean.length; output++) {
        mean[output] += moments.meanInput(row) * weights.get(row, output);
      }
    }
    return mean;
  }

  @Override
  public double[] meanOriginalResponse() {
    return moments.meanResponses();
  }

  @Override
  public void close() {
    moments.close();
    weights0.close();
    weights.close();
    gradient.close();
    correction.close();
  }
}
