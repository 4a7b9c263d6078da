package org.qcnn.onnx;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.GraphException;

/**
 * One message of a file in the protobuf encoding, read in place: it knows where its fields lie and
 * decodes one when it is asked for. So weights stay where they are, and what nobody asks for is
 * skipped; generated classes would copy all of it, and take longer to load than a network to run.
 *
 * <p>As everywhere in protobuf, a field of another kind than the one asked for counts as absent, of
 * several single values the last one counts, and several messages in place of one are merged.
 *
 * <p>Every method throws {@link GraphException} when it comes upon damage.
 */
final class Message {
  private static final int MEMBERS = 3;

  private final ByteBuffer file;

  /** Three ints for each field: its tag, and where its content begins and ends. */
  private int[] fields = new int[MEMBERS * 8];

  private int size;

  private Message(ByteBuffer file) {
    this.file = file;
  }

  /** Returns the message that fills a buffer from its position to its limit. */
  static Message of(ByteBuffer content) {
    Message message = new Message(content.slice().order(ByteOrder.LITTLE_ENDIAN));
    message.scan(0, message.file.capacity());
    return message;
  }

  /** Adds the fields between two positions of the file. */
  private void scan(int begin, int end) {
    MessageCursor cursor = new MessageCursor(file, begin, end);
    while (cursor.hasNext()) {
      int tag = (int) cursor.varint();
      int contentEnd = cursor.contentEnd(tag & 7);
      if (size == fields.length) {
        fields = Arrays.copyOf(fields, 2 * size);
      }
      fields[size] = tag;
      fields[size + 1] = cursor.position();
      fields[size + 2] = contentEnd;
      size += MEMBERS;
      cursor.moveTo(contentEnd);
    }
  }

  /** Returns the next field of this number and kind after another, or -1; begin with -1. */
  private int next(int field, int number, int kind) {
    int next = field < 0 ? 0 : field + MEMBERS;
    while (next < size && fields[next] != (number << 3 | kind)) {
      next += MEMBERS;
    }
    return next < size ? next : -1;
  }

  /** Returns the last field of this number and kind, or -1. */
  private int last(int number, int kind) {
    int last = size - MEMBERS;
    while (last >= 0 && fields[last] != (number << 3 | kind)) {
      last -= MEMBERS;
    }
    return Math.max(last, -1);
  }

  private MessageCursor cursor(int field) {
    return new MessageCursor(file, fields[field + 1], fields[field + 2]);
  }

  private ByteBuffer content(int field) {
    ByteBuffer view = file.duplicate();
    // As a Buffer: Java 9 gave ByteBuffer methods of its own here, which older phones do not have.
    Buffer bounds = view;
    bounds.limit(fields[field + 2]);
    bounds.position(fields[field + 1]);
    return view.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private String decode(int field) {
    byte[] bytes = new byte[fields[field + 2] - fields[field + 1]];
    content(field).get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  boolean hasInteger(int number) {
    return last(number, MessageCursor.VARINT) >= 0;
  }

  /** Returns an integer; 0 if it is absent. */
  long integer(int number) {
    int field = last(number, MessageCursor.VARINT);
    return field < 0 ? 0 : cursor(field).varint();
  }

  boolean hasFloat(int number) {
    return last(number, MessageCursor.FIXED32) >= 0;
  }

  /** Returns a float; 0 if it is absent. */
  float number(int number) {
    int field = last(number, MessageCursor.FIXED32);
    return field < 0 ? 0 : file.getFloat(fields[field + 1]);
  }

  boolean hasBytes(int number) {
    return last(number, MessageCursor.BYTES) >= 0;
  }

  /** Returns a little-endian view of the bytes of a field, or null if it is absent. */
  ByteBuffer bytes(int number) {
    int field = last(number, MessageCursor.BYTES);
    return field < 0 ? null : content(field);
  }

  /** Returns a text; an empty one if it is absent. */
  String text(int number) {
    int field = last(number, MessageCursor.BYTES);
    return field < 0 ? "" : decode(field);
  }

  List<String> texts(int number) {
    List<String> texts = new ArrayList<>();
    for (int field = next(-1, number, MessageCursor.BYTES);
        field >= 0;
        field = next(field, number, MessageCursor.BYTES)) {
      texts.add(decode(field));
    }
    return texts;
  }

  /** Returns the message in a field; an empty one if it is absent. */
  Message message(int number) {
    Message merged = new Message(file);
    for (int field = next(-1, number, MessageCursor.BYTES);
        field >= 0;
        field = next(field, number, MessageCursor.BYTES)) {
      merged.scan(fields[field + 1], fields[field + 2]);
    }
    return merged;
  }

  List<Message> messages(int number) {
    List<Message> messages = new ArrayList<>();
    for (int field = next(-1, number, MessageCursor.BYTES);
        field >= 0;
        field = next(field, number, MessageCursor.BYTES)) {
      Message message = new Message(file);
      message.scan(fields[field + 1], fields[field + 2]);
      messages.add(message);
    }
    return messages;
  }

  /** Returns a list of integers, whether the file packs them into one field or not. */
  long[] integers(int number) {
    long[] values = new long[4];
    int count = 0;
    for (int field = 0; field < size; field += MEMBERS) {
      int kind = fields[field] & 7;
      if (fields[field] >>> 3 == number
          && (kind == MessageCursor.VARINT || kind == MessageCursor.BYTES)) {
        for (MessageCursor cursor = cursor(field); cursor.hasNext(); ) {
          if (count == values.length) {
            values = Arrays.copyOf(values, 2 * count);
          }
          values[count++] = cursor.varint();
        }
      }
    }
    return Arrays.copyOf(values, count);
  }

  /** Returns a list of floats, little-endian, whether the file packs them into one field or not. */
  ByteBuffer floats(int number) {
    return fixed(number, MessageCursor.FIXED32);
  }

  /** Returns a list of doubles like {@link #floats}. */
  ByteBuffer doubles(int number) {
    return fixed(number, MessageCursor.FIXED64);
  }

  private ByteBuffer fixed(int number, int single) {
    List<ByteBuffer> parts = new ArrayList<>();
    int bytes = 0;
    for (int field = 0; field < size; field += MEMBERS) {
      int kind = fields[field] & 7;
      if (fields[field] >>> 3 == number && (kind == single || kind == MessageCursor.BYTES)) {
        parts.add(content(field));
        bytes += fields[field + 2] - fields[field + 1];
      }
    }
    if (parts.size() == 1) {
      return parts.get(0);
    }
    ByteBuffer joined = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteBuffer part : parts) {
      joined.put(part);
    }
    ((Buffer) joined).flip();
    return joined;
  }
}
