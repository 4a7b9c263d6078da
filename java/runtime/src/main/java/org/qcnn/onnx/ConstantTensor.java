package org.qcnn.onnx;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.qcnn.tensor.HalfFloat;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A value that is known while a model is read: an initializer, or what constant nodes compute from
 * initializers and shapes. It holds floats, integers or bytes; unlike a {@link Tensor} it may be
 * empty. Immutable.
 */
final class ConstantTensor {
  /**
   * Stands for the number of images in shape arithmetic, where it is not known. A number that no
   * exporter writes for anything else.
   */
  static final long BATCH = Long.MIN_VALUE + 0xBA7C4;

  private final int[] extents;
  private final ShortBuffer halves;
  private final long[] integers;
  private final ByteBuffer bytes;
  private final boolean signed;

  /** Half floats come here once somebody asks for their values. */
  private FloatBuffer floats;

  private ConstantTensor(
      int[] extents,
      FloatBuffer floats,
      ShortBuffer halves,
      long[] integers,
      ByteBuffer bytes,
      boolean signed) {
    this.extents = extents;
    this.floats = floats;
    this.halves = halves;
    this.integers = integers;
    this.bytes = bytes;
    this.signed = signed;
  }

  /** Returns a tensor of floats; everything is taken over, here and in the methods below. */
  static ConstantTensor ofFloats(int[] extents, FloatBuffer values) {
    return new ConstantTensor(extents, values, null, null, null, false);
  }

  /** Returns a tensor of half floats, given by their bits. */
  static ConstantTensor ofHalves(int[] extents, ShortBuffer values) {
    return new ConstantTensor(extents, null, values, null, null, false);
  }

  static ConstantTensor ofIntegers(int[] extents, long... values) {
    return new ConstantTensor(extents, null, null, values, null, false);
  }

  /** Returns a tensor of unsigned bytes. */
  static ConstantTensor ofBytes(int[] extents, ByteBuffer values) {
    return new ConstantTensor(extents, null, null, null, values, false);
  }

  /** Returns a tensor of signed bytes. */
  static ConstantTensor ofSignedBytes(int[] extents, ByteBuffer values) {
    return new ConstantTensor(extents, null, null, null, values, true);
  }

  /** Returns a vector of integers. */
  static ConstantTensor vector(long... values) {
    return ofIntegers(new int[] {values.length}, values);
  }

  int rank() {
    return extents.length;
  }

  int extent(int axis) {
    return extents[axis];
  }

  int[] extents() {
    return extents.clone();
  }

  int count() {
    return count(extents);
  }

  /**
   * Returns the product of the extents.
   *
   * @throws IllegalArgumentException if one is negative or the product is over 2^31-1
   */
  static int count(int... extents) {
    long count = 1;
    for (int extent : extents) {
      count *= extent;
      if (extent < 0 || count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "no tensor can have the dimensions " + Arrays.toString(extents));
      }
    }
    return (int) count;
  }

  boolean holdsFloats() {
    return floats != null || halves != null;
  }

  /** Returns the floats as a tensor of the same shape; {@code what} names it in errors. */
  Tensor tensor(String what) {
    return halves != null
        ? Tensor.overHalves(Shape.of(extents), halves)
        : Tensor.over(Shape.of(extents), floats(what));
  }

  /** Returns the floats; {@code what} names them in errors. */
  FloatBuffer floats(String what) {
    if (!holdsFloats()) {
      throw new IllegalArgumentException(what + " must be floats, but is integers");
    }
    if (floats == null) {
      floats = FloatBuffer.wrap(HalfFloat.toFloats(halves.duplicate()));
    }
    return floats.duplicate();
  }

  /** Returns the only float of a scalar or a tensor of one element. */
  float scalar(String what) {
    FloatBuffer values = floats(what);
    if (values.remaining() != 1) {
      throw new IllegalArgumentException(what + " must be one number");
    }
    return values.get(0);
  }

  /** Returns a copy of the integers; {@code what} names them in errors. */
  long[] integers(String what) {
    if (holdsFloats()) {
      throw new IllegalArgumentException(what + " must be integers, but is floats");
    }
    if (integers != null) {
      return integers.clone();
    }
    long[] widened = new long[bytes.remaining()];
    for (int i = 0; i < widened.length; i++) {
      widened[i] = signed ? bytes.get(i) : bytes.get(i) & 0xff;
    }
    return widened;
  }

  /** Returns the unsigned bytes; {@code what} names them in errors. */
  ByteBuffer bytes(String what) {
    if (bytes == null || signed) {
      throw new IllegalArgumentException(what + " must be of type uint8");
    }
    return bytes.duplicate();
  }

  /** Returns the signed bytes; {@code what} names them in errors. */
  ByteBuffer signedBytes(String what) {
    if (bytes == null || !signed) {
      throw new IllegalArgumentException(what + " must be of type int8");
    }
    return bytes.duplicate();
  }

  /** Returns the same values under other dimensions of the same count. */
  ConstantTensor reshaped(int... other) {
    if (count(other) != count()) {
      throw new IllegalArgumentException(
          "cannot reshape " + Arrays.toString(extents) + " to " + Arrays.toString(other));
    }
    return new ConstantTensor(other.clone(), floats, halves, integers, bytes, signed);
  }

  /** Returns a new tensor whose element i is this one's element {@code sources[i]}. */
  ConstantTensor select(int[] newExtents, int[] sources) {
    if (holdsFloats()) {
      FloatBuffer all = floats("data");
      float[] selected = new float[sources.length];
      for (int i = 0; i < sources.length; i++) {
        selected[i] = all.get(sources[i]);
      }
      return ofFloats(newExtents, FloatBuffer.wrap(selected));
    }
    long[] all = integers("data");
    long[] selected = new long[sources.length];
    for (int i = 0; i < sources.length; i++) {
      selected[i] = all[sources[i]];
    }
    return ofIntegers(newExtents, selected);
  }
}
