package org.qcnn.onnx;

import java.nio.ByteBuffer;

/**
 * Assignments as bit planes, the form in which a file stores them: bit i (least significant first)
 * of byte j in plane b is bit b of code {@code 8 * j + i}. A plane has {@code ceil(count / 8)}
 * bytes, its last unused bits are zero; the planes lie one behind the other. So codes of any width
 * unpack with shifts alone, in C as in standard ONNX operators.
 */
public final class BitPlanes {
  private BitPlanes() {}

  /** Returns the bytes of one plane of {@code count} codes. */
  public static int bytesPerPlane(int count) {
    return (int) ((count + 7L) / 8);
  }

  /**
   * Returns the codes as bit planes, {@code planes * ceil(codes.length / 8)} bytes.
   *
   * @param codes unsigned bytes
   * @param planes bits per code, 1 to 8
   * @throws IllegalArgumentException if a code needs more bits, or they do not fit into one array
   */
  public static byte[] pack(byte[] codes, int planes) {
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
    return packed;
  }

  /**
   * Returns the codes, one unsigned byte each.
   *
   * @param planes the bit planes from position to limit; neither moves
   * @param planeCount bits per code, 1 to 8
   * @param count number of codes
   * @throws IllegalArgumentException if the buffer has another length than these codes need
   */
  public static byte[] unpack(ByteBuffer planes, int planeCount, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("the number of codes must not be negative: " + count);
    }
    int planeBytes = bytesPerPlane(count);
    if (planes.remaining() != totalBytes(planeCount, planeBytes)) {
      throw new IllegalArgumentException(
          String.format(
              "%d codes of %d bits take %d bytes, not %d",
              count, planeCount, totalBytes(planeCount, planeBytes), planes.remaining()));
    }
    byte[] codes = new byte[count];
    int source = planes.position();
    for (int plane = 0; plane < planeCount; plane++) {
      for (int index = 0; index < count; index++) {
        int bit = planes.get(source + (index >>> 3)) >>> (index & 7) & 1;
        codes[index] |= (byte) (bit << plane);
      }
      source += planeBytes;
    }
    return codes;
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
