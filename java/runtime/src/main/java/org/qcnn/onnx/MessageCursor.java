package org.qcnn.onnx;

import java.nio.ByteBuffer;
import org.qcnn.graph.GraphException;

/**
 * Walks over bytes in the protobuf encoding. The getters never leave the bytes they were given;
 * what does not fit there is damage.
 */
final class MessageCursor {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private final ByteBuffer file;
  private final int end;
  private int position;

  MessageCursor(ByteBuffer file, int begin, int end) {
    this.file = file;
    this.position = begin;
    this.end = end;
  }

  int position() {
    return position;
  }

  boolean hasNext() {
    return position < end;
  }

  /** Returns the next number of 7 bits a byte, lowest first. */
  long varint() {
    int begin = position;
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && position < end; shift += 7) {
      byte part = file.get(position++);
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged("malformed number at byte " + begin);
  }

  /** Goes to the content of a field of this kind and returns where the content ends. */
  int contentEnd(int kind) {
    int begin = position;
    long length;
    switch (kind) {
      case VARINT:
        varint();
        length = (long) position - begin;
        position = begin;
        break;
      case FIXED64:
        length = Long.BYTES;
        break;
      case BYTES:
        length = varint();
        break;
      case FIXED32:
        length = Integer.BYTES;
        break;
      default:
        throw damaged("unknown kind of field before byte " + begin);
    }
    if (length < 0 || length > end - position) {
      throw damaged("the field at byte " + begin + " is longer than what holds it");
    }
    return position + (int) length;
  }

  void moveTo(int target) {
    position = target;
  }

  static GraphException damaged(String what) {
    return new GraphException(
        "this is not an ONNX model, or the file is cut off or damaged: " + what);
  }
}
