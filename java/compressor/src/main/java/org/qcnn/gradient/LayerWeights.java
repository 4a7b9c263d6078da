package org.qcnn.gradient;

import java.util.Arrays;
import java.util.Optional;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.tensor.Shape;

/**
 * The weights of a layer in training: as a dense matrix {@code [Ct, inputs of an output]} to
 * compute with, a gradient of the same size, and the parameter that both belong to.
 */
abstract class LayerWeights implements AutoCloseable {
  private final Shape shape;
  private final FloatMatrix matrix;
  private final float[] gradient;

  LayerWeights(Shape shape, boolean learnt) {
    this.shape = shape;
    this.matrix = new FloatMatrix(shape.extent(0), shape.count(1, shape.rank()));
    this.gradient = learnt ? new float[shape.count()] : null;
  }

  /**
   * Returns the weights of a layer.
   *
   * @param learnsDense whether dense weights are parameters; codebooks always are
   */
  static LayerWeights of(String node, Weights weights, boolean learnsDense) {
    return weights instanceof QuantizedWeights quantized
        ? new QuantizedLayerWeights(node, quantized)
        : new DenseLayerWeights(node, weights.decode(), learnsDense);
  }

  final Shape shape() {
    return shape;
  }

  final FloatMatrix matrix() {
    return matrix;
  }

  /** Returns whether there is a gradient to compute. */
  final boolean isLearnt() {
    return gradient != null;
  }

  /** Returns the gradient of the dense matrix, row by row, which the layer adds to. */
  final float[] gradient() {
    return gradient;
  }

  final void clearGradient() {
    if (gradient != null) {
      Arrays.fill(gradient, 0f);
    }
  }

  /** Returns what is learnt, if anything. */
  abstract Optional<Parameter> parameter();

  /** Brings the matrix up to date with the parameter. */
  abstract void refresh(Workers workers);

  /** Puts the gradient of the matrix into the parameter's. */
  abstract void collectGradient(Workers workers);

  /** Returns the weights as they are now. */
  abstract Weights current();

  @Override
  public final void close() {
    matrix.close();
  }
}
