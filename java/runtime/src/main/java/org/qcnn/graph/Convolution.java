package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * A convolution with a bias and an activation: {@code [Cs, H, W] -> [Ct, H', W']}. Its weights are
 * {@code [Ct, Cs / groups, kh, kw]}.
 */
public final class Convolution extends WeightedOperator {
  private final Window window;
  private final int groups;

  /**
   * Returns a convolution; {@code bias} (one value per output channel) is copied.
   *
   * @throws IllegalArgumentException if weights, bias, groups and window do not fit together
   */
  public Convolution(
      Window window, int groups, Weights weights, float[] bias, Activation activation) {
    super(weights, bias, activation);
    Shape shape = weights.shape();
    if (shape.rank() != 4
        || shape.extent(2) != window.kernelHeight
        || shape.extent(3) != window.kernelWidth) {
      throw new IllegalArgumentException(
          "weights "
              + shape
              + " do not fit a kernel of "
              + window.kernelHeight
              + "x"
              + window.kernelWidth);
    }
    if (groups <= 0 || shape.extent(0) % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide " + shape.extent(0) + " output channels");
    }
    if (bias.length != shape.extent(0)) {
      throw new IllegalArgumentException(
          "expected " + shape.extent(0) + " biases, found " + bias.length);
    }
    this.window = window;
    this.groups = groups;
  }

  @Override
  public String name() {
    return "Convolution";
  }

  /** Returns the sliding window. */
  public Window window() {
    return window;
  }

  /** Returns the number of groups into which channels and filters are split. */
  public int groups() {
    return groups;
  }

  /** Returns whether every group has one input channel, so that there is nothing to quantize. */
  public boolean isDepthwise() {
    return groups > 1 && weights().shape().extent(1) == 1;
  }

  @Override
  public Convolution with(Weights otherWeights, float[] otherBias) {
    return new Convolution(window, groups, otherWeights, otherBias, activation());
  }

  @Override
  public Convolution with(Activation other) {
    return new Convolution(window, groups, weights(), bias(), other);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = map(inputs, name());
    int channels = weights().shape().extent(1) * groups;
    if (input.extent(0) != channels) {
      throw new IllegalArgumentException(
          "the weights "
              + weights().shape()
              + " in "
              + groups
              + " groups need "
              + channels
              + " input channels, the input has "
              + input.extent(0));
    }
    return Shape.of(
        weights().shape().extent(0),
        window.outputHeight(input.extent(1)),
        window.outputWidth(input.extent(2)));
  }

  @Override
  public long multiplyAdds(List<Shape> inputs) {
    Shape output = outputShape(inputs);
    return (long) output.count() * weights().shape().count(1, 4);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
