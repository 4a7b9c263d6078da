package org.qcnn.training;

import org.qcnn.algebra.FloatMatrix;

/**
 * The estimation error of a layer's response, as a function of its weights W (Q-CNN, section 3.1;
 * with error correction, section 3.3): {@code E(W) = 1/n sum_n || t_n - W' x_n ||^2} over samples
 * of inputs x (from the network whose earlier layers are already quantized) and responses t (of the
 * original network), both centred, so that the bias takes no part. Minimised is {@code J(W) = E(W)
 * + ridge ||W - W0||^2}, which keeps W near the original weights W0 where the samples say little.
 *
 * <p>The weights are {@code [inputs, outputs]}; an input row is one component of one patch. The
 * objective keeps the gradient up to date while blocks of rows change. One group of a grouped
 * convolution is one objective.
 */
public interface ResponseObjective extends AutoCloseable {
  /** Returns the number of input rows. */
  int inputs();

  /** Returns the number of outputs. */
  int outputs();

  /** Returns the original weights, W0. */
  FloatMatrix originalWeights();

  /**
   * Sets the weights. Until {@link #correctErrors} the targets are what the original weights answer
   * to the same inputs, so that the layer alone is approximated.
   */
  void start(FloatMatrix weights);

  /** Changes the targets to the responses of the original network: the error correction. */
  void correctErrors();

  /**
   * Reads the negative half gradient of J for some rows.
   *
   * @param gradient receives {@code [outputs, count]}
   */
  void gradient(int firstRow, int count, float[] gradient);

  /**
   * Reads the second moments of some rows, ridge included.
   *
   * @param gram receives {@code [count, count]}
   */
  void gram(int firstRow, int count, float[] gram);

  /**
   * Changes the weights of some rows.
   *
   * @param change added to the weights, {@code [outputs, count]}
   */
  void change(int firstRow, int count, float[] change);

  /**
   * Multiplies a change of all weights by the second moments, ridge included.
   *
   * @param change {@code [inputs, outputs]}
   * @param product receives {@code [inputs, outputs]}
   */
  void curvature(FloatMatrix change, FloatMatrix product);

  /** Returns J for the present targets, up to a constant, summed over outputs. */
  double objective();

  /** Returns E against the original network's responses, whatever the present targets are. */
  double estimationError();

  /** Returns the variance of the original network's responses, summed over outputs. */
  double responseVariance();

  /** Returns, per output, the mean response of the present weights without bias. */
  double[] meanResponse();

  /** Returns, per output, the mean of the original network's response without bias. */
  double[] meanOriginalResponse();

  @Override
  void close();
}
