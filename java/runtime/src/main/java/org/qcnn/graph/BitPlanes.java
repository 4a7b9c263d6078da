package org.qcnn.graph;

import java.nio.ByteBuffer;

/**
 * Assignments as bit planes, the form in which a file stores them: bit i (least significant first)
 * of byte j in plane b is bit b of code {@code 8 * j + i}. A plane has {@code ceil(count / 8)}
 * bytes, its last unused bits are zero; the planes lie one behind the other. So codes of any width
 * unpack with shifts alone, in C as in standard ONNX operators. Immutable.
 */
public final class BitPlanes {
  private final ByteBuffer bytes;
  private final int planes;
  private final int count;

  private BitPlanes(ByteBuffer bytes, int planes, int count) {
    this.bytes = bytes.slice().asReadOnlyBuffer();
    this.planes = planes;
    this.count = count;
  }

  /**
   * Returns a view of bit planes: nothing is copied, so the content must not change afterwards.
   *
   * @param bytes the planes from position to limit; neither moves
   * @param planes bits per code, 1 to 8
   * @param count number of codes
   * @throws IllegalArgumentException if the buffer has another length than these codes need
   */
  public static BitPlanes over(ByteBuffer bytes, int planes, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("the number of codes must not be negative: " + count);
    }
    int expected = totalBytes(planes, bytesPerPlane(count));
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          count
              + " codes of "
              + planes
              + " bits take "
              + expected
              + " bytes, not "
              + bytes.remaining());
    }
    return new BitPlanes(bytes, planes, count);
  }

  /**
   * Returns codes as bit planes.
   *
   * @param codes unsigned bytes
   * @param planes bits per code, 1 to 8
   * @throws IllegalArgumentException if a code needs more bits, or they do not fit into one array
   */
  public static BitPlanes pack(byte[] codes, int planes) {
    int planeBytes = bytesPerPlane(codes.length);
    byte[] packed = new byte[totalBytes(planes, planeBytes)];
    for (int index = 0; index < codes.length; index++) {
      int code = codes[index] & 0xff;
      if (code >>> planes != 0) {
        throw new IllegalArgumentException("code " + code + " needs more than " + planes + " bits");
      }
      int target = index >>> 3;
      for (; code != 0; code >>>= 1) {
        packed[target] |= (byte) ((code & 1) << (index & 7));
        target += planeBytes;
      }
    }
    return new BitPlanes(ByteBuffer.wrap(packed), planes, codes.length);
  }

  /** Returns the codes, one unsigned byte each. */
  public byte[] unpack() {
    byte[] codes = new byte[count];
    byte[] plane = new byte[bytesPerPlane(count)];
    ByteBuffer source = bytes();
    for (int bit = 0; bit < planes; bit++) {
      source.get(plane);
      for (int index = 0; index < count; index++) {
        codes[index] |= (byte) ((plane[index >>> 3] >>> (index & 7) & 1) << bit);
      }
    }
    return codes;
  }

  /** Returns a read-only view of the planes, with a position of its own. */
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** Returns the bits per code, 1 to 8. */
  public int planes() {
    return planes;
  }

  /** Returns the number of codes. */
  public int count() {
    return count;
  }

  /** Returns the bytes of one plane of {@code count} codes. */
  private static int bytesPerPlane(int count) {
    return (int) ((count + 7L) / 8);
  }

  private static int totalBytes(int planes, int planeBytes) {
    if (planes < 1 || planes > 8) {
      throw new IllegalArgumentException("a code has 1 to 8 bits, not " + planes);
    }
    long bytes = (long) planes * planeBytes;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("bit planes of " + bytes + " bytes exceed 2^31-1");
    }
    return (int) bytes;
  }
}
