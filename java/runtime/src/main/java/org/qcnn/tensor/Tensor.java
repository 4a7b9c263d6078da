package org.qcnn.tensor;

import java.nio.FloatBuffer;

/** An immutable array of floats with a shape, last axis fastest. Safe to share between threads. */
public final class Tensor {
  private final Shape shape;
  private final FloatBuffer values;

  private Tensor(Shape shape, FloatBuffer values) {
    if (values.remaining() != shape.count()) {
      throw new IllegalArgumentException(
          "a tensor of shape "
              + shape
              + " needs "
              + shape.count()
              + " values, not "
              + values.remaining());
    }
    this.shape = shape;
    this.values = values;
  }

  /**
   * Returns a tensor over a read-only view of {@code values}, from its position to its limit.
   * Nothing is copied: the caller must not change the content afterwards.
   */
  public static Tensor over(Shape shape, FloatBuffer values) {
    return new Tensor(shape, values.slice().asReadOnlyBuffer());
  }

  /** Returns a tensor that takes over this array; the caller must not change it afterwards. */
  public static Tensor over(Shape shape, float... values) {
    return over(shape, FloatBuffer.wrap(values));
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns a read-only view of all values, with a position of its own. */
  public FloatBuffer values() {
    return values.duplicate();
  }

  /** Returns one value by its flat index. */
  public float value(int index) {
    return values.get(index);
  }

  /** Returns a copy of all values. */
  public float[] toArray() {
    float[] copy = new float[shape.count()];
    values.duplicate().get(copy);
    return copy;
  }

  /** Returns the same values under another shape of the same count; nothing is copied. */
  public Tensor reshaped(Shape other) {
    return new Tensor(other, values.duplicate());
  }
}
