package org.qcnn.tensor;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/**
 * IEEE 754 half-precision floats (binary16: 1 sign, 5 exponent, 10 fraction bits), the format that
 * codebooks are stored in. Android's class library has no conversion that the oldest phones know.
 */
public final class HalfFloat {
  /** The largest finite half float. */
  public static final float MAX_VALUE = 65504f;

  private static final int FRACTION_BITS = 10;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;

  /** Half of the unit in the last place above {@link #MAX_VALUE}: from here on all is infinite. */
  private static final float OVERFLOW = 65520f;

  private static final float SMALLEST_NORMAL = 0x1p-14f;
  private static final float SUBNORMAL_UNIT = 0x1p-24f;

  // Of four half floats in a long: the bits of the exponents, the lowest of each, and the signs.
  private static final long EXPONENTS = 0x7c00_7c00_7c00_7c00L;
  private static final long FOUR_ONES = 0x0400_0400_0400_0400L;
  private static final long FOUR_SIGNS = 0x8000_8000_8000_8000L;

  private HalfFloat() {}

  /** Returns the value of a half float, given by its bits; always exact. */
  public static float toFloat(short half) {
    int magnitude = half & 0x7fff;
    int sign = (half & 0x8000) << 16;
    if (magnitude >= INFINITY) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (magnitude & 0x3ff) << (23 - FRACTION_BITS));
    }
    if (magnitude < 1 << FRACTION_BITS) {
      float value = magnitude * SUBNORMAL_UNIT;
      return sign == 0 ? value : -value;
    }
    int rebased = magnitude + ((127 - 15) << FRACTION_BITS);
    return Float.intBitsToFloat(sign | rebased << (23 - FRACTION_BITS));
  }

  /** Returns the values of half floats, given by their bits. */
  public static float[] toFloats(ShortBuffer halves) {
    short[] bits = new short[halves.remaining()];
    halves.get(bits);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = toFloat(bits[i]);
    }
    return values;
  }

  /** Returns whether no half float is infinite or not a number. */
  public static boolean areFinite(ShortBuffer halves) {
    short[] bits = new short[(halves.remaining() + 3) / 4 * 4];
    halves.get(bits, 0, halves.remaining());
    ByteBuffer bytes = ByteBuffer.allocate(bits.length * Short.BYTES);
    bytes.asShortBuffer().put(bits);
    long[] fours = new long[bits.length / 4];
    bytes.asLongBuffer().get(fours);
    // Four at a time: a virtual machine that has just started interprets this loop. In an exponent
    // of nothing but ones, one more carries into the bit of the sign.
    long carries = 0;
    for (long four : fours) {
      carries |= (four & EXPONENTS) + FOUR_ONES;
    }
    return (carries & FOUR_SIGNS) == 0;
  }

  /**
   * Returns the bits of the half float nearest to {@code value}, the even one of two equally near.
   * Values from 65520 on become infinite; a NaN stays a NaN.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    return (short) (sign | magnitude(Math.abs(value), bits & 0x7fffffff));
  }

  private static int magnitude(float value, int bits) {
    if (Float.isNaN(value)) {
      return QUIET_NAN;
    }
    if (value >= OVERFLOW) {
      return INFINITY;
    }
    if (value < SMALLEST_NORMAL) {
      // Dividing by a power of two is exact, so that this rounds once, as the definition asks.
      return (int) Math.rint(value / SUBNORMAL_UNIT);
    }
    int dropped = 23 - FRACTION_BITS;
    int odd = bits >>> dropped & 1;
    int rounded = bits + (1 << (dropped - 1)) - 1 + odd;
    return (rounded >>> dropped) - ((127 - 15) << FRACTION_BITS);
  }

  /** Returns the half float nearest to {@code value}, as a float. */
  public static float round(float value) {
    return toFloat(fromFloat(value));
  }
}
