package org.qcnn.graph;

import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Weights kept as floats. */
public final class DenseWeights extends Weights {
  private final Tensor values;

  public DenseWeights(Tensor values) {
    this.values = values;
  }

  @Override
  public Shape shape() {
    return values.shape();
  }

  @Override
  public Tensor decode() {
    return values;
  }
}
