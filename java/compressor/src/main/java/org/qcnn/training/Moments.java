package org.qcnn.training;

import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * Streaming second moments of inputs x and responses t: means, G = cov(x, x), C = cov(x, t) and tr
 * cov(t, t). Samples come in chunks of any number; {@link #finish} then centres. To lose nothing to
 * cancellation, sums are taken around the means of the first chunk.
 */
public final class Moments implements AutoCloseable {
  private static final int TILE = 384;

  private final FloatMatrix gram;
  private final FloatMatrix cross;
  private final double[] inputSum;
  private final double[] responseSum;
  private final Workers workers;
  private float[] inputShift;
  private float[] responseShift;
  private double responseSquares;
  private long samples;
  private boolean finished;

  /** Returns moments of no samples yet. */
  public Moments(int inputs, int outputs, Workers workers) {
    this.gram = new FloatMatrix(inputs, inputs);
    this.cross = new FloatMatrix(inputs, outputs);
    this.inputSum = new double[inputs];
    this.responseSum = new double[outputs];
    this.workers = workers;
  }

  /**
   * Returns finished moments of inputs whose responses are those of the given weights.
   *
   * @param gram the covariance of the inputs, {@code [inputs, inputs]}, taken over
   * @param mean of each input
   * @param weights {@code [inputs, outputs]}, stay the caller's
   */
  public static Moments ofInputs(
      FloatMatrix gram, double[] mean, FloatMatrix weights, Workers workers) {
    return new Moments(gram, mean, weights, workers);
  }

  private Moments(FloatMatrix gram, double[] mean, FloatMatrix weights, Workers workers) {
    this.gram = gram;
    this.cross = new FloatMatrix(weights.rows(), weights.columns());
    this.workers = workers;
    // Sums of a single sample are its means.
    this.inputSum = mean.clone();
    this.responseSum = new double[weights.columns()];
    this.inputShift = new float[weights.rows()];
    this.responseShift = new float[weights.columns()];
    this.samples = 1;
    this.finished = true;
    int inputs = weights.rows();
    workers.run(
        (inputs + TILE - 1) / TILE,
        (part, thread) -> {
          int rows = Math.min(TILE, inputs - part * TILE);
          cross
              .block(part * TILE, rows, 0, weights.columns())
              .addProduct(0f, 1f, gram.block(part * TILE, rows, 0, inputs), weights.whole());
        });
    responseSquares = weights.dot(cross);
    for (int output = 0; output < responseSum.length; output++) {
      for (int input = 0; input < inputs; input++) {
        responseSum[output] += mean[input] * weights.get(input, output);
      }
      responseSquares += responseSum[output] * responseSum[output];
    }
  }

  /**
   * Adds samples; both matrices are changed.
   *
   * @param x the first {@code count} rows are samples of inputs
   * @param t the first {@code count} rows are samples of responses
   */
  public void add(FloatMatrix x, FloatMatrix t, int count) {
    if (inputShift == null) {
      inputShift = means(x, count);
      responseShift = means(t, count);
    }
    shiftAndSum(x, count, inputShift, inputSum);
    shiftAndSum(t, count, responseShift, responseSum);
    for (int row = 0; row < count; row++) {
      for (int output = 0; output < t.columns(); output++) {
        responseSquares += (double) t.get(row, output) * t.get(row, output);
      }
    }
    samples += count;
    addProducts(x, t, count);
  }

  private static float[] means(FloatMatrix matrix, int count) {
    double[] sum = new double[matrix.columns()];
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < sum.length; column++) {
        sum[column] += matrix.get(row, column);
      }
    }
    float[] mean = new float[sum.length];
    for (int column = 0; column < sum.length; column++) {
      mean[column] = (float) (sum[column] / count);
    }
    return mean;
  }

  private void shiftAndSum(FloatMatrix matrix, int count, float[] shift, double[] sum) {
    int columns = matrix.columns();
    workers.run(
        (columns + TILE - 1) / TILE,
        (part, thread) -> {
          int end = Math.min(columns, (part + 1) * TILE);
          for (int row = 0; row < count; row++) {
            for (int column = part * TILE; column < end; column++) {
              float shifted = matrix.get(row, column) - shift[column];
              matrix.set(row, column, shifted);
              sum[column] += shifted;
            }
          }
        });
  }

  /** Adds x'x, the tiles on and above the diagonal only, and x't. */
  private void addProducts(FloatMatrix x, FloatMatrix t, int count) {
    int inputs = x.columns();
    int outputs = t.columns();
    int tiles = (inputs + TILE - 1) / TILE;
    workers.run(
        tiles * (tiles + 1),
        (part, thread) -> {
          int row = part / (tiles + 1);
          int column = part % (tiles + 1);
          FloatMatrix.Block left = columns(x, count, row).transpose();
          int first = row * TILE;
          int rows = Math.min(TILE, inputs - first);
          if (column == tiles) {
            cross
                .block(first, rows, 0, outputs)
                .addProduct(1f, 1f, left, t.block(0, count, 0, outputs));
          } else if (column >= row) {
            int width = Math.min(TILE, inputs - column * TILE);
            gram.block(first, rows, column * TILE, width)
                .addProduct(1f, 1f, left, columns(x, count, column));
          }
        });
  }

  private static FloatMatrix.Block columns(FloatMatrix x, int count, int tile) {
    return x.block(0, count, tile * TILE, Math.min(TILE, x.columns() - tile * TILE));
  }

  /** Divides by the number of samples, centres and mirrors; no sample can be added afterwards. */
  public Moments finish() {
    if (samples == 0 || finished) {
      throw new IllegalStateException("moments are finished once, after at least one sample");
    }
    finished = true;
    double n = samples;
    int inputs = gram.rows();
    workers.run(
        inputs,
        (row, thread) -> {
          double mean = inputSum[row] / n;
          for (int column = row; column < inputs; column++) {
            double value = gram.get(row, column) / n - mean * (inputSum[column] / n);
            gram.set(row, column, (float) value);
          }
          for (int output = 0; output < responseSum.length; output++) {
            double value = cross.get(row, output) / n - mean * (responseSum[output] / n);
            cross.set(row, output, (float) value);
          }
        });
    for (int row = 0; row < inputs; row++) {
      for (int column = 0; column < row; column++) {
        gram.set(row, column, gram.get(column, row));
      }
    }
    return this;
  }

  /** Returns G, {@code [inputs, inputs]}; owned by these moments. */
  FloatMatrix gram() {
    return gram;
  }

  /** Returns C, {@code [inputs, outputs]}; owned by these moments. */
  FloatMatrix cross() {
    return cross;
  }

  double meanInput(int row) {
    return inputShift[row] + inputSum[row] / samples;
  }

  double[] meanResponses() {
    double[] mean = new double[responseSum.length];
    for (int output = 0; output < mean.length; output++) {
      mean[output] = responseShift[output] + responseSum[output] / samples;
    }
    return mean;
  }

  /** Returns the variance of the responses, summed over outputs. */
  double responseVariance() {
    double variance = responseSquares / samples;
    for (double sum : responseSum) {
      variance -= sum / samples * (sum / samples);
    }
    return variance;
  }

  /** Returns the mean variance of the inputs. */
  double meanVariance() {
    double sum = 0;
    for (int row = 0; row < gram.rows(); row++) {
      sum += gram.get(row, row);
    }
    return sum / gram.rows();
  }

  @Override
  public void close() {
    gram.close();
    cross.close();
  }
}
