package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** The same elements in the same order under another shape; also flattening and squeezing. */
public final class Reshaping extends Operator {
  private final Shape target;

  public Reshaping(Shape target) {
    this.target = target;
  }

  @Override
  public String name() {
    return "Reshape";
  }

  /** Returns the shape of one image afterwards. */
  public Shape target() {
    return target;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = single(inputs, name());
    if (input.count() != target.count()) {
      throw new IllegalArgumentException("cannot reshape " + input + " to " + target);
    }
    return target;
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
