package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * An elementwise function of two inputs a and b, with broadcasting as in ONNX (shapes aligned at
 * the last axis, extents of 1 repeated), followed by an activation.
 */
public final class Arithmetic extends Operator {
  /** The functions; {@code code} is the number that the C kernels know them by. */
  public enum Kind {
    ADD(0, "Add"),
    SUBTRACT(1, "Sub"),
    MULTIPLY(2, "Mul"),
    DIVIDE(3, "Div"),
    MAXIMUM(4, "Max"),
    /** a if a >= 0, otherwise a * b: b is the slope. */
    PARAMETRIC_RELU(5, "PRelu");

    public final int code;
    public final String onnxName;

    Kind(int code, String onnxName) {
      this.code = code;
      this.onnxName = onnxName;
    }
  }

  private final Kind kind;
  private final Activation activation;

  public Arithmetic(Kind kind, Activation activation) {
    this.kind = kind;
    this.activation = activation;
  }

  @Override
  public String name() {
    return kind.onnxName;
  }

  public Kind kind() {
    return kind;
  }

  public Activation activation() {
    return activation;
  }

  /** Returns the same function with another activation. */
  public Arithmetic with(Activation other) {
    return new Arithmetic(kind, other);
  }

  /** Returns the function at (a, b), without the activation: what every kernel must follow. */
  public float apply(float a, float b) {
    switch (kind) {
      case ADD:
        return a + b;
      case SUBTRACT:
        return a - b;
      case MULTIPLY:
        return a * b;
      case DIVIDE:
        return a / b;
      case MAXIMUM:
        return Math.max(a, b);
      default:
        return a >= 0f ? a : a * b;
    }
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new IllegalArgumentException(name() + " takes two inputs, not " + inputs.size());
    }
    Shape a = inputs.get(0);
    Shape b = inputs.get(1);
    int rank = Math.max(a.rank(), b.rank());
    int[] extents = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int left = extent(a, axis - rank + a.rank());
      int right = extent(b, axis - rank + b.rank());
      if (left != right && left != 1 && right != 1) {
        throw new IllegalArgumentException(name() + " cannot combine inputs of " + a + " and " + b);
      }
      extents[axis] = Math.max(left, right);
    }
    return Shape.of(extents);
  }

  private static int extent(Shape shape, int axis) {
    return axis < 0 ? 1 : shape.extent(axis);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
