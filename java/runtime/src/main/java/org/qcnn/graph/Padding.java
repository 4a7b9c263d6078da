package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** A border of one constant value around an image's axes; negative amounts are not allowed. */
public final class Padding extends Operator {
  private final int[] before;
  private final int[] after;
  private final float value;

  /**
   * Returns a padding; the arrays are copied.
   *
   * @param before elements added in front, one number per axis of one image
   * @param after elements added behind, one number per axis of one image
   */
  public Padding(int[] before, int[] after, float value) {
    for (int axis = 0; axis < before.length; axis++) {
      if (before[axis] < 0 || after[axis] < 0) {
        throw new IllegalArgumentException("a padding must not be negative");
      }
    }
    this.before = before.clone();
    this.after = after.clone();
    this.value = value;
  }

  @Override
  public String name() {
    return "Pad";
  }

  public int[] before() {
    return before.clone();
  }

  public int[] after() {
    return after.clone();
  }

  public float value() {
    return value;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    int[] extents = single(inputs, name()).extents();
    if (extents.length != before.length || extents.length != after.length) {
      throw new IllegalArgumentException(
          "Pad has amounts for " + before.length + " axes, its input " + inputs.get(0));
    }
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = Math.addExact(extents[axis], Math.addExact(before[axis], after[axis]));
    }
    return Shape.of(extents);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
