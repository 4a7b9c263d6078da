package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.FloatBuffer;

/** The part of a buffer from one element on. */
final class BufferPart {
  private BufferPart() {}

  /** Returns a buffer that begins at an element, for C by its position, which JavaCPP honours. */
  static FloatBuffer of(FloatBuffer buffer, int begin) {
    if (begin == 0) {
      return buffer;
    }
    FloatBuffer part = buffer.duplicate();
    Buffer cursor = part; // On Android 24 only Buffer has this method.
    cursor.position(begin);
    return part;
  }
}
