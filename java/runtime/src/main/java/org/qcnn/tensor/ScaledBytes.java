package org.qcnn.tensor;

import java.nio.ByteBuffer;

/**
 * Numbers as signed bytes with scales, the smallest form in which files keep codebooks: the numbers
 * fall into as many equal parts as there are scales, and {@code number[part, i] = scales[part] *
 * bytes[part, i]}. If there are bytes for one part only, all parts share them. Immutable.
 */
public final class ScaledBytes {
  /** The largest magnitude of a byte that {@link #scale} and {@link #round} use. */
  public static final int LARGEST = 127;

  private final ByteBuffer bytes;
  private final float[] scales;
  private final int part;

  /**
   * Returns numbers over a read-only view of {@code bytes}, from its position to its limit. Nothing
   * is copied: the caller must not change the content afterwards.
   *
   * @param scales one per part, taken over
   * @param part the numbers of one part; there are bytes for one part or for all
   * @throws IllegalArgumentException if the counts do not fit each other
   */
  public ScaledBytes(ByteBuffer bytes, float[] scales, int part) {
    this.bytes = bytes.slice().asReadOnlyBuffer();
    this.scales = scales;
    this.part = part;
    int found = bytes.remaining();
    if (found != part && (long) part * scales.length != found) {
      throw new IllegalArgumentException(
          found + " bytes are neither one part of " + part + " numbers nor " + scales.length);
    }
    Math.multiplyExact(part, scales.length);
  }

  /**
   * Returns the bytes and scales nearest to numbers, each part with a scale of its own.
   *
   * @param part the numbers of one part, which divides their count
   */
  public static ScaledBytes nearest(float[] numbers, int part) {
    float[] scales = new float[numbers.length / part];
    byte[] bytes = new byte[numbers.length];
    for (int p = 0; p < scales.length; p++) {
      scales[p] = scale(largest(numbers, p * part, part));
      for (int i = p * part; i < (p + 1) * part; i++) {
        bytes[i] = round(numbers[i], scales[p]);
      }
    }
    return new ScaledBytes(ByteBuffer.wrap(bytes), scales, part);
  }

  /** Returns bytes and scales for parts that are all the same numbers, times a factor each. */
  public static ScaledBytes nearestShared(float[] numbers, float[] factors) {
    float unit = scale(largest(numbers, 0, numbers.length));
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = round(numbers[i], unit);
    }
    float[] scales = new float[factors.length];
    for (int p = 0; p < scales.length; p++) {
      scales[p] = factors[p] * unit;
    }
    return new ScaledBytes(ByteBuffer.wrap(bytes), scales, numbers.length);
  }

  private static float largest(float[] numbers, int first, int count) {
    float largest = 0;
    for (int i = first; i < first + count; i++) {
      largest = Math.max(largest, Math.abs(numbers[i]));
    }
    return largest;
  }

  /** Returns the scale at which the largest number of a part becomes 127. */
  public static float scale(float largestMagnitude) {
    return Math.max(Float.MIN_NORMAL, largestMagnitude / LARGEST);
  }

  /** Returns the byte nearest to a number. */
  public static byte round(float number, float scale) {
    return (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.round(number / scale)));
  }

  /** Returns how many numbers there are. */
  public int count() {
    return part * scales.length;
  }

  /** Returns whether all parts share the bytes of one. */
  public boolean isShared() {
    return scales.length > 1 && bytes.remaining() == part;
  }

  /** Returns the numbers of one part. */
  public int part() {
    return part;
  }

  /** Returns a read-only view of the bytes, of one part or of all. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** Returns a copy of the scales. */
  public float[] scales() {
    return scales.clone();
  }

  boolean areFinite() {
    for (float scale : scales) {
      // False for a NaN, too.
      if (!(Math.abs(scale) <= Float.MAX_VALUE / (LARGEST + 1))) {
        return false;
      }
    }
    return true;
  }

  float value(int index) {
    return scales[index / part] * bytes.get(index % bytes.remaining());
  }

  float[] toFloats() {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    float[] floats = new float[count()];
    int next = 0;
    for (int p = 0; p < scales.length; p++) {
      int first = copy.length == part ? 0 : p * part;
      for (int i = 0; i < part; i++) {
        floats[next++] = scales[p] * copy[first + i];
      }
    }
    return floats;
  }
}
