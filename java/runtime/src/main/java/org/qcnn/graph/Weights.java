package org.qcnn.graph;

import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The weights of a layer, dense or quantized. The logical shape is the same for both: {@code [Ct,
 * Cs / groups, kernel height, kernel width]} for a convolution, {@code [Ct, Cs]} for a
 * fully-connected layer, where Ct is the number of outputs and Cs the number of inputs.
 *
 * <p>The only two kinds are {@link DenseWeights} and {@link QuantizedWeights}.
 */
public abstract class Weights {
  Weights() {}

  /** Returns the logical shape. */
  public abstract Shape shape();

  /** Returns the weights as a dense tensor of {@link #shape()}; decodes quantized ones. */
  public abstract Tensor decode();
}
