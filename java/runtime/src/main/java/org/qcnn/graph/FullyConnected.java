package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * A fully-connected layer with a bias and an activation: {@code [Cs] -> [Ct]}. Its weights are
 * {@code [Ct, Cs]}, the transpose of the paper's W.
 */
public final class FullyConnected extends WeightedOperator {
  /**
   * Returns a fully-connected layer; {@code bias} (one value per output) is copied.
   *
   * @throws IllegalArgumentException if weights and bias do not fit together
   */
  public FullyConnected(Weights weights, float[] bias, Activation activation) {
    super(weights, bias, activation);
    if (weights.shape().rank() != 2 || bias.length != weights.shape().extent(0)) {
      throw new IllegalArgumentException(
          "weights " + weights.shape() + " and " + bias.length + " biases do not fit together");
    }
  }

  @Override
  public String name() {
    return "FullyConnected";
  }

  @Override
  public FullyConnected with(Weights otherWeights, float[] otherBias) {
    return new FullyConnected(otherWeights, otherBias, activation());
  }

  @Override
  public FullyConnected with(Activation other) {
    return new FullyConnected(weights(), bias(), other);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = single(inputs, name());
    if (input.rank() != 1 || input.extent(0) != weights().shape().extent(1)) {
      throw new IllegalArgumentException(
          "the weights "
              + weights().shape()
              + " need a vector of "
              + weights().shape().extent(1)
              + " features, the input is "
              + input);
    }
    return Shape.of(weights().shape().extent(0));
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    return weights().shape().count();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
