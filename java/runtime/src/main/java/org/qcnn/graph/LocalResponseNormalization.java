package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * Local response normalization across channels (Krizhevsky et al. 2012), with the constants as ONNX
 * and Caffe define them: {@code y = x / (k + alpha / size * sum of x^2 over the channels c - (size
 * - 1) / 2 .. c + size / 2)^beta}, the window in channels rounded as {@code floor} and {@code ceil}
 * of {@code (size - 1) / 2}.
 */
public final class LocalResponseNormalization extends Operator {
  private final int size;
  private final float alpha;
  private final float beta;
  private final float k;

  public LocalResponseNormalization(int size, float alpha, float beta, float k) {
    if (size <= 0) {
      throw new IllegalArgumentException("the size must be positive, not " + size);
    }
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  public String name() {
    return "LRN";
  }

  /** Returns the number of channels summed over. */
  public int size() {
    return size;
  }

  public float alpha() {
    return alpha;
  }

  public float beta() {
    return beta;
  }

  /** Returns the constant that keeps the denominator from zero, {@code bias} in ONNX. */
  public float k() {
    return k;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return map(inputs, name());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
