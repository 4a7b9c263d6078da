package org.qcnn.kernel.plain;

/** Additions whose result is the nearest number that the type of their first operand has. */
final class Saturating {
  private Saturating() {}

  static byte add(byte a, int b) {
    return (byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, a + b));
  }

  static short add(short a, int b) {
    return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, a + b));
  }
}
