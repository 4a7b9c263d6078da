package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** A fixed tensor, the same for every image of a batch; it has no inputs. */
public final class Constant extends Operator {
  private final Tensor value;

  public Constant(Tensor value) {
    this.value = value;
  }

  @Override
  public String name() {
    return "Constant";
  }

  public Tensor value() {
    return value;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return value.shape();
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
