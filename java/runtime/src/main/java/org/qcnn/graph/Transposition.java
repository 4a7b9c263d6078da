package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** The axes of one image in another order: axis i of the output is axis permutation[i] before. */
public final class Transposition extends Operator {
  private final int[] permutation;

  /** Returns a transposition; the array, one number per axis of one image, is copied. */
  public Transposition(int... permutation) {
    boolean[] seen = new boolean[permutation.length];
    for (int axis : permutation) {
      if (axis < 0 || axis >= permutation.length || seen[axis]) {
        throw new IllegalArgumentException("Transpose needs each axis exactly once");
      }
      seen[axis] = true;
    }
    this.permutation = permutation.clone();
  }

  @Override
  public String name() {
    return "Transpose";
  }

  public int[] permutation() {
    return permutation.clone();
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = single(inputs, name());
    if (input.rank() != permutation.length) {
      throw new IllegalArgumentException(
          "Transpose orders " + permutation.length + " axes, its input is " + input);
    }
    int[] extents = new int[permutation.length];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = input.extent(permutation[axis]);
    }
    return Shape.of(extents);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
