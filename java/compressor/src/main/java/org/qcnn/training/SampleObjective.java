package org.qcnn.training;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * The objective from the samples themselves, for layers with more inputs than samples (the first
 * fully-connected layer of AlexNet: 9216 inputs, one sample per image). Kept up to date is the
 * residual R = T - X W instead of the gradient X'R / n.
 */
public final class SampleObjective extends TrackedObjective {
  private static final int PART = 256;

  private final FloatMatrix x;
  private final double[] meanInput;
  private final double[] meanResponse;
  private final double responseVariance;
  private final double ridge;
  private final Workers workers;

  /**
   * Returns an objective over samples.
   *
   * @param x inputs, {@code [samples, inputs]}, taken over and centred
   * @param t responses of the original network without bias, {@code [samples, outputs]}, taken over
   * @param originalWeights {@code [inputs, outputs]}, taken over
   * @param relativeRidge the ridge as a multiple of the mean variance of the inputs
   */
  public SampleObjective(
      FloatMatrix x,
      FloatMatrix t,
      FloatMatrix originalWeights,
      double relativeRidge,
      Workers workers) {
    super(originalWeights, new FloatMatrix(x.rows(), originalWeights.columns()), t);
    this.x = x;
    this.workers = workers;
    meanInput = centre(x);
    meanResponse = centre(t);
    responseVariance = t.dot(t) / t.rows();
    ridge =
        relativeRidge * Math.max(x.dot(x) / ((double) x.rows() * x.columns()), Float.MIN_NORMAL);
    addResponse(correction, -1f, originalWeights, 0, inputs());
  }

  private static double[] centre(FloatMatrix matrix) {
    double[] mean = new double[matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < mean.length; column++) {
        mean[column] += matrix.get(row, column);
      }
    }
    for (int column = 0; column < mean.length; column++) {
      mean[column] /= matrix.rows();
    }
    for (int row = 0; row < matrix.rows(); row++) {
      for (int column = 0; column < mean.length; column++) {
        matrix.set(row, column, (float) (matrix.get(row, column) - mean[column]));
      }
    }
    return mean;
  }

  /** target += factor * X[:, first .. first + count) * block, in parts of outputs. */
  private void addResponse(
      FloatMatrix target, float factor, FloatMatrix block, int first, int count) {
    workers.run(
        (outputs() + PART - 1) / PART,
        (part, thread) -> {
          int column = part * PART;
          int columns = Math.min(PART, outputs() - column);
          target
              .block(0, x.rows(), column, columns)
              .addProduct(
                  1f,
                  factor,
                  x.block(0, x.rows(), first, count),
                  block.block(0, count, column, columns));
        });
  }

  @Override
  public void start(FloatMatrix start) {
    restart(start);
    addResponse(tracked, 1f, weights0, 0, inputs());
    addResponse(tracked, -1f, start, 0, inputs());
  }

  @Override
  public void gradient(int firstRow, int count, float[] target) {
    try (FloatMatrix block = new FloatMatrix(count, outputs())) {
      workers.run(
          (outputs() + PART - 1) / PART,
          (part, thread) -> {
            int column = part * PART;
            int columns = Math.min(PART, outputs() - column);
            block
                .block(0, count, column, columns)
                .addProduct(
                    0f,
                    1f / x.rows(),
                    x.block(0, x.rows(), firstRow, count).transpose(),
                    tracked.block(0, x.rows(), column, columns));
            for (int output = column; output < column + columns; output++) {
              for (int row = 0; row < count; row++) {
                double pull =
                    ridge
                        * (weights0.get(firstRow + row, output)
                            - weights.get(firstRow + row, output));
                target[output * count + row] = (float) (block.get(row, output) + pull);
              }
            }
          });
    }
  }

  @Override
  public void gram(int firstRow, int count, float[] target) {
    try (FloatMatrix block = new FloatMatrix(count, count)) {
      FloatMatrix.Block columns = x.block(0, x.rows(), firstRow, count);
      block.whole().addProduct(0f, 1f / x.rows(), columns.transpose(), columns);
      block.values().get(target, 0, count * count);
      for (int row = 0; row < count; row++) {
        target[row * count + row] += (float) ridge;
      }
    }
  }

  @Override
  public void curvature(FloatMatrix change, FloatMatrix product) {
    product.copyFrom(change);
    try (FloatMatrix response = new FloatMatrix(x.rows(), outputs())) {
      response.clear();
      addResponse(response, 1f, change, 0, inputs());
      workers.run(
          (outputs() + PART - 1) / PART,
          (part, thread) -> {
            int column = part * PART;
            int columns = Math.min(PART, outputs() - column);
            product
                .block(0, inputs(), column, columns)
                .addProduct(
                    (float) ridge,
                    1f / x.rows(),
                    x.whole().transpose(),
                    response.block(0, x.rows(), column, columns));
          });
    }
  }

  @Override
  public void change(int firstRow, int count, float[] change) {
    try (FloatMatrix block = changeWeights(firstRow, count, change)) {
      addResponse(tracked, -1f, block, firstRow, count);
    }
  }

  @Override
  public double objective() {
    return tracked.dot(tracked) / x.rows() + ridge * weights.squaredDistance(weights0);
  }

  @Override
  public double estimationError() {
    if (isCorrected()) {
      return tracked.dot(tracked) / x.rows();
    }
    double sum = 0;
    FloatBuffer rest = tracked.values();
    FloatBuffer addition = correction.values();
    for (int i = 0; i < rest.capacity(); i++) {
      double value = (double) rest.get(i) + addition.get(i);
      sum += value * value;
    }
    return sum / x.rows();
  }

  @Override
  public double responseVariance() {
    return responseVariance;
  }

  @Override
  double meanInput(int row) {
    return meanInput[row];
  }

  @Override
  public double[] meanOriginalResponse() {
    return meanResponse.clone();
  }

  @Override
  public void close() {
    super.close();
    x.close();
  }
}
