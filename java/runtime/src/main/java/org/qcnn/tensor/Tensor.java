package org.qcnn.tensor;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * An immutable array of floats with a shape, last axis fastest. Safe to share between threads.
 *
 * <p>It may keep half floats, as files have them; they are decoded anew whenever values are asked
 * for, and so never by those who only pass them on.
 */
public final class Tensor {
  private final Shape shape;
  // One of the two is null.
  private final FloatBuffer values;
  private final ShortBuffer halves;

  private Tensor(Shape shape, FloatBuffer values, ShortBuffer halves) {
    int count = values != null ? values.remaining() : halves.remaining();
    if (count != shape.count()) {
      throw new IllegalArgumentException(
          "a tensor of shape " + shape + " needs " + shape.count() + " values, not " + count);
    }
    this.shape = shape;
    this.values = values;
    this.halves = halves;
  }

  /**
   * Returns a tensor over a read-only view of {@code values}, from its position to its limit.
   * Nothing is copied: the caller must not change the content afterwards.
   */
  public static Tensor over(Shape shape, FloatBuffer values) {
    return new Tensor(shape, values.slice().asReadOnlyBuffer(), null);
  }

  /** Returns a tensor that takes over this array; the caller must not change it afterwards. */
  public static Tensor over(Shape shape, float... values) {
    return over(shape, FloatBuffer.wrap(values));
  }

  /** Returns a tensor over half floats, given by their bits, likewise. */
  public static Tensor overHalves(Shape shape, ShortBuffer halves) {
    return new Tensor(shape, null, halves.slice().asReadOnlyBuffer());
  }

  /** Returns the shape. */
  public Shape shape() {
    return shape;
  }

  /** Returns a read-only view of all values, with a position of its own. */
  public FloatBuffer values() {
    return values != null ? values.duplicate() : FloatBuffer.wrap(toArray()).asReadOnlyBuffer();
  }

  /**
   * Returns a read-only view of the bits of half floats, or null if these are not what it keeps.
   */
  public ShortBuffer halves() {
    return halves == null ? null : halves.duplicate();
  }

  /** Returns whether no value is infinite or not a number. */
  public boolean isFinite() {
    if (halves != null) {
      return HalfFloat.areFinite(halves());
    }
    for (float value : toArray()) {
      // False for a NaN, too.
      if (!(Math.abs(value) <= Float.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }

  /** Returns one value by its flat index. */
  public float value(int index) {
    return values != null ? values.get(index) : HalfFloat.toFloat(halves.get(index));
  }

  /** Returns a copy of all values. */
  public float[] toArray() {
    if (halves != null) {
      return HalfFloat.toFloats(halves());
    }
    float[] copy = new float[shape.count()];
    values.duplicate().get(copy);
    return copy;
  }

  /** Returns the same values under another shape of the same count; nothing is copied. */
  public Tensor reshaped(Shape other) {
    return new Tensor(other, values, halves);
  }
}
