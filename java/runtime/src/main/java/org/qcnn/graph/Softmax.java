package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** exp(x) divided by its sum over the axes {@code firstAxis .. lastAxis} (both inclusive). */
public final class Softmax extends Operator {
  private final int firstAxis;
  private final int lastAxis;

  /** Returns a softmax over a run of axes of one image; usually the two are the same. */
  public Softmax(int firstAxis, int lastAxis) {
    if (firstAxis < 0 || lastAxis < firstAxis) {
      throw new IllegalArgumentException(
          "Softmax cannot run over axes " + firstAxis + " to " + lastAxis);
    }
    this.firstAxis = firstAxis;
    this.lastAxis = lastAxis;
  }

  @Override
  public String name() {
    return "Softmax";
  }

  public int firstAxis() {
    return firstAxis;
  }

  public int lastAxis() {
    return lastAxis;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = single(inputs, name());
    if (lastAxis >= input.rank()) {
      throw new IllegalArgumentException("Softmax has no axis " + lastAxis + " in " + input);
    }
    return input;
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
