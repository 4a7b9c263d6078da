package org.qcnn.kernel;

import org.qcnn.tensor.Shape;

/** What a kernel knows of an input beforehand: its shape, and whether it is one for all images. */
public final class Operand {
  private final Shape shape;
  private final boolean constant;

  private Operand(Shape shape, boolean constant) {
    this.shape = shape;
    this.constant = constant;
  }

  /** Returns an input that holds one tensor of this shape per image. */
  public static Operand perImage(Shape shape) {
    return new Operand(shape, false);
  }

  /** Returns an input that holds one tensor of this shape for all images. */
  public static Operand constant(Shape shape) {
    return new Operand(shape, true);
  }

  public Shape shape() {
    return shape;
  }

  public boolean isConstant() {
    return constant;
  }
}
