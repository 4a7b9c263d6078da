package org.qcnn.gradient;

import java.util.Arrays;

/** Numbers of a network that are learnt, and the gradient of the loss with respect to them. */
public final class Parameter {
  /** What the numbers are. */
  public enum Kind {
    /** Codebooks of a quantized layer, {@code [M, K, Cs']}. */
    CODEBOOKS,
    /** Weights of a dense layer. */
    WEIGHTS,
    /** Biases, one per output channel. */
    BIAS,
    /** A constant that takes part in arithmetic, such as the scale of a normalization. */
    CONSTANT
  }

  private final String node;
  private final Kind kind;
  private final float[] values;
  private final float[] gradient;

  Parameter(String node, Kind kind, float[] values) {
    this.node = node;
    this.kind = kind;
    this.values = values;
    this.gradient = new float[values.length];
  }

  /** Returns the name of the node that it belongs to. */
  public String node() {
    return node;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns the numbers themselves; tell the network after they have been changed. */
  public float[] values() {
    return values;
  }

  /** Returns the gradient itself, of the same length. */
  public float[] gradient() {
    return gradient;
  }

  /** Returns the root of the mean square of the values. */
  public double rootMeanSquare() {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  void clearGradient() {
    Arrays.fill(gradient, 0f);
  }
}
