package org.qcnn.tensor;

import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * An immutable array of floats with a shape, last axis fastest. Safe to share between threads.
 *
 * <p>It may keep half floats or bytes with scales, as files have them; they are decoded anew
 * whenever values are asked for, and so never by those who only pass them on.
 */
public final class Tensor {
  private final Shape shape;
  // Two of the three are null.
  private final FloatBuffer values;
  private final ShortBuffer halves;
  private final ScaledBytes bytes;

  private Tensor(Shape shape, FloatBuffer values, ShortBuffer halves, ScaledBytes bytes) {
    int count =
        values != null ? values.remaining() : halves != null ? halves.remaining() : bytes.count();
    if (count != shape.count()) {
      throw new IllegalArgumentException(
          "a tensor of shape " + shape + " needs " + shape.count() + " values, not " + count);
    }
    this.shape = shape;
    this.values = values;
    this.halves = halves;
    this.bytes = bytes;
  }

  /**
   * Returns a tensor over a read-only view of {@code values}, from its position to its limit.
   * Nothing is copied: the caller must not change the content afterwards.
   */
  public static Tensor over(Shape shape, FloatBuffer values) {
    return new Tensor(shape, values.slice().asReadOnlyBuffer(), null, null);
  }

  /** Returns a tensor that takes over this array; the caller must not change it afterwards. */
  public static Tensor over(Shape shape, float... values) {
    return over(shape, FloatBuffer.wrap(values));
  }

  /** Returns a tensor over half floats, given by their bits, likewise. */
  public static Tensor overHalves(Shape shape, ShortBuffer halves) {
    return new Tensor(shape, null, halves.slice().asReadOnlyBuffer(), null);
  }

  /** Returns a tensor over bytes with scales. */
  public static Tensor overBytes(Shape shape, ScaledBytes bytes) {
    return new Tensor(shape, null, null, bytes);
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

  /** Returns the bytes and scales, or null if these are not what it keeps. */
  public ScaledBytes bytes() {
    return bytes;
  }

  /** Returns whether no value is infinite or not a number. */
  public boolean isFinite() {
    if (bytes != null) {
      return bytes.areFinite();
    }
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
    if (values != null) {
      return values.get(index);
    }
    return halves != null ? HalfFloat.toFloat(halves.get(index)) : bytes.value(index);
  }

  /** Returns a copy of all values. */
  public float[] toArray() {
    if (halves != null) {
      return HalfFloat.toFloats(halves());
    }
    if (bytes != null) {
      return bytes.toFloats();
    }
    float[] copy = new float[shape.count()];
    values.duplicate().get(copy);
    return copy;
  }

  /** Returns the same values under another shape of the same count; nothing is copied. */
  public Tensor reshaped(Shape other) {
    return new Tensor(other, values, halves, bytes);
  }
}
