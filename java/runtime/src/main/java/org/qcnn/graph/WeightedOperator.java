package org.qcnn.graph;

/**
 * An operator with weights, a bias and an activation: what the paper calls a layer. The only two
 * kinds are {@link Convolution} and {@link FullyConnected}.
 */
public abstract class WeightedOperator extends Operator {
  private final Weights weights;
  private final float[] bias;
  private final Activation activation;

  WeightedOperator(Weights weights, float[] bias, Activation activation) {
    this.weights = weights;
    this.bias = bias.clone();
    this.activation = activation;
  }

  @Override
  public final Weights weights() {
    return weights;
  }

  /** Returns a copy of the bias, one value per output channel. */
  public final float[] bias() {
    return bias.clone();
  }

  /** Returns the activation applied to the response. */
  public final Activation activation() {
    return activation;
  }

  /** Returns the same layer with other weights and bias. */
  public abstract WeightedOperator with(Weights otherWeights, float[] otherBias);

  /** Returns the same layer with another activation. */
  public abstract WeightedOperator with(Activation other);

  /** Returns the same layer with its weights as a dense tensor. */
  public final WeightedOperator decoded() {
    return with(new DenseWeights(weights.decode()), bias);
  }
}
