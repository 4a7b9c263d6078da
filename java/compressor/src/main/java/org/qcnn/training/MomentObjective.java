package org.qcnn.training;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * The objective from second moments: memory and time do not depend on the number of samples. G is
 * the covariance of inputs, C that of inputs and responses; the gradient P = C - G W is kept for
 * all rows, so that a change of a block costs one product with the block's columns of G.
 */
public final class MomentObjective extends TrackedObjective {
  private static final int PART = 128;

  private final Moments moments;
  private final double ridge;
  private final Workers workers;

  /**
   * Returns an objective that takes over the moments, whose G then includes the ridge.
   *
   * @param originalWeights {@code [inputs, outputs]}, taken over
   * @param relativeRidge the ridge as a multiple of the mean variance of the inputs
   */
  public MomentObjective(
      Moments moments, FloatMatrix originalWeights, double relativeRidge, Workers workers) {
    super(
        originalWeights,
        new FloatMatrix(originalWeights.rows(), originalWeights.columns()),
        new FloatMatrix(originalWeights.rows(), originalWeights.columns()));
    this.moments = moments;
    this.workers = workers;
    correction.copyFrom(moments.cross());
    multiplyRows(correction, -1f, originalWeights);
    ridge = relativeRidge * Math.max(moments.meanVariance(), Float.MIN_NORMAL);
    for (int i = 0; i < inputs(); i++) {
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
  public void start(FloatMatrix start) {
    restart(start);
    try (FloatMatrix difference = new FloatMatrix(inputs(), outputs())) {
      FloatBuffer target = difference.values();
      FloatBuffer from = weights0.values();
      FloatBuffer to = start.values();
      for (int i = 0; i < target.capacity(); i++) {
        target.put(i, from.get(i) - to.get(i));
      }
      // G already holds the ridge, whose pull is ridge * (W0 - W).
      multiplyRows(tracked, 1f, difference);
    }
  }

  @Override
  public void gradient(int firstRow, int count, float[] target) {
    FloatBuffer values = tracked.values();
    for (int row = 0; row < count; row++) {
      int start = tracked.index(firstRow + row, 0);
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
  public void curvature(FloatMatrix change, FloatMatrix product) {
    product.clear();
    multiplyRows(product, 1f, change);
  }

  @Override
  public void change(int firstRow, int count, float[] change) {
    try (FloatMatrix block = changeWeights(firstRow, count, change)) {
      workers.run(
          (inputs() + PART - 1) / PART,
          (part, thread) -> {
            int first = part * PART;
            int rows = Math.min(PART, inputs() - first);
            tracked
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
    return isCorrected() ? correctedObjective() : -alongChange(tracked);
  }

  /**
   * J with the original network's responses as targets, whose gradient is P + B until corrected.
   */
  private double correctedObjective() {
    double pull = alongChange(correction);
    double slope = alongChange(tracked) + (isCorrected() ? 0 : pull);
    return originalError() - slope - pull;
  }

  /** The sum over all elements of (W - W0) times other. */
  private double alongChange(FloatMatrix other) {
    double sum = 0;
    FloatBuffer now = weights.values();
    FloatBuffer before = weights0.values();
    FloatBuffer factor = other.values();
    for (int i = 0; i < now.capacity(); i++) {
      sum += ((double) now.get(i) - before.get(i)) * factor.get(i);
    }
    return sum;
  }

  /** E(W0): what the quantization of earlier layers alone has cost this layer. */
  private double originalError() {
    // E(W0) = tr(T'T) - W0'C - W0'(C - G0 W0) with B = C - G0 W0.
    return moments.responseVariance() - weights0.dot(moments.cross()) - weights0.dot(correction);
  }

  @Override
  public double estimationError() {
    return Math.max(0, correctedObjective() - ridge * weights.squaredDistance(weights0));
  }

  @Override
  public double responseVariance() {
    return moments.responseVariance();
  }

  @Override
  double meanInput(int row) {
    return moments.meanInput(row);
  }

  @Override
  public double[] meanOriginalResponse() {
    return moments.meanResponses();
  }

  @Override
  public void close() {
    super.close();
    moments.close();
  }
}
