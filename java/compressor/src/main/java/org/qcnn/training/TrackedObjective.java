package org.qcnn.training;

import org.qcnn.algebra.FloatMatrix;

/**
 * What both forms of the objective share: the original and the present weights, and a matrix that
 * is kept up to date with them and to which the error correction is added (the gradient of the
 * moments, the residual of the samples).
 */
abstract class TrackedObjective implements ResponseObjective {
  final FloatMatrix weights0;
  final FloatMatrix weights;
  final FloatMatrix tracked;
  final FloatMatrix correction;
  private boolean corrected;

  /** Returns an objective that takes over the matrices and begins at zero weights. */
  TrackedObjective(FloatMatrix originalWeights, FloatMatrix tracked, FloatMatrix correction) {
    this.weights0 = originalWeights;
    this.weights = new FloatMatrix(originalWeights.rows(), originalWeights.columns());
    this.tracked = tracked;
    this.correction = correction;
  }

  /** Returns the mean of an input. */
  abstract double meanInput(int row);

  /** Returns whether the targets are the responses of the original network. */
  final boolean isCorrected() {
    return corrected;
  }

  @Override
  public final int inputs() {
    return weights0.rows();
  }

  @Override
  public final int outputs() {
    return weights0.columns();
  }

  @Override
  public final FloatMatrix originalWeights() {
    return weights0;
  }

  /** Sets the weights; what is tracked becomes zero, for the caller to fill in. */
  final void restart(FloatMatrix start) {
    corrected = false;
    weights.copyFrom(start);
    tracked.clear();
  }

  @Override
  public final void correctErrors() {
    if (!corrected) {
      corrected = true;
      tracked.add(correction);
    }
  }

  /**
   * Adds a change, {@code [outputs, count]}, to some rows; returns it as {@code [count, outputs]}.
   */
  final FloatMatrix changeWeights(int firstRow, int count, float[] change) {
    FloatMatrix block = new FloatMatrix(count, outputs());
    for (int row = 0; row < count; row++) {
      for (int output = 0; output < outputs(); output++) {
        float delta = change[output * count + row];
        block.set(row, output, delta);
        weights.set(firstRow + row, output, weights.get(firstRow + row, output) + delta);
      }
    }
    return block;
  }

  @Override
  public final double[] meanResponse() {
    double[] mean = new double[outputs()];
    for (int row = 0; row < inputs(); row++) {
      for (int output = 0; output < mean.length; output++) {
        mean[output] += meanInput(row) * weights.get(row, output);
      }
    }
    return mean;
  }

  @Override
  public void close() {
    weights0.close();
    weights.close();
    tracked.close();
    correction.close();
  }
}
