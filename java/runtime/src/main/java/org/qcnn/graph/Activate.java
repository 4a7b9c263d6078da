package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** An activation that stands alone because nothing before it could take it in. */
public final class Activate extends Operator {
  private final Activation activation;

  public Activate(Activation activation) {
    this.activation = activation;
  }

  @Override
  public String name() {
    return "Activation";
  }

  public Activation activation() {
    return activation;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return single(inputs, name());
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
