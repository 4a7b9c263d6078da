package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** Inputs laid one behind the other along one axis of an image's shape. */
public final class Concatenation extends Operator {
  private final int axis;

  /**
   * Returns a concatenation.
   *
   * @param axis the axis in the shape of one image, so 0 is the channel axis of a feature map
   */
  public Concatenation(int axis) {
    this.axis = axis;
  }

  @Override
  public String name() {
    return "Concat";
  }

  public int axis() {
    return axis;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("Concat takes at least one input");
    }
    int[] extents = inputs.get(0).extents();
    if (axis < 0 || axis >= extents.length) {
      throw new IllegalArgumentException("Concat has no axis " + axis + " in " + inputs.get(0));
    }
    for (int i = 1; i < inputs.size(); i++) {
      int[] other = inputs.get(i).extents();
      for (int a = 0; a < extents.length; a++) {
        if (other.length != extents.length || (a != axis && other[a] != extents[a])) {
          throw new IllegalArgumentException(
              "Concat cannot join " + inputs.get(0) + " and " + inputs.get(i));
        }
      }
      extents[axis] += other[axis];
    }
    return Shape.of(extents);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
