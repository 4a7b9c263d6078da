package org.qcnn.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.ModelProto;
import org.qcnn.onnx.proto.TensorProto;

/**
 * A parsed model file whose initializers keep their raw data in the file's buffer. Protobuf would
 * copy what it parses; so the raw data is taken out first, and only the small rest is parsed.
 */
final class ModelFile {
  private final ByteBuffer file;
  private final List<ByteBuffer> rawData = new ArrayList<>();
  private final ModelProto model;

  /**
   * Parses a file.
   *
   * @throws IOException if the content is no ONNX model or damaged
   */
  ModelFile(ByteBuffer content) throws IOException {
    this.file = content.slice();
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    copyModel(rest);
    this.model = ModelProto.parseFrom(rest.toByteArray());
  }

  /** Returns the model, in which the initializers have no raw data. */
  ModelProto model() {
    return model;
  }

  /** Returns the size of the file in bytes. */
  long size() {
    return file.capacity();
  }

  /** Returns the raw data of an initializer, little-endian, or null if it has none. */
  ByteBuffer rawData(int initializer) {
    return rawData.get(initializer);
  }

  private void copyModel(ByteArrayOutputStream rest) throws IOException {
    for (Field field = new Field(0, file.capacity()); field.next(); ) {
      if (field.number == ModelProto.GRAPH_FIELD_NUMBER) {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        copyGraph(field, graph);
        field.write(graph, rest);
      } else {
        field.copy(rest);
      }
    }
  }

  private void copyGraph(Field parent, ByteArrayOutputStream rest) throws IOException {
    for (Field field = parent.content(); field.next(); ) {
      if (field.number == GraphProto.INITIALIZER_FIELD_NUMBER) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        rawData.add(copyTensor(field, tensor));
        field.write(tensor, rest);
      } else {
        field.copy(rest);
      }
    }
  }

  /** Copies a tensor without its raw data, which is returned. */
  private ByteBuffer copyTensor(Field parent, ByteArrayOutputStream rest) throws IOException {
    ByteBuffer raw = null;
    for (Field field = parent.content(); field.next(); ) {
      if (field.number == TensorProto.RAW_DATA_FIELD_NUMBER) {
        raw = slice(field.content().position, field.end);
      } else {
        field.copy(rest);
      }
    }
    return raw;
  }

  private ByteBuffer slice(int start, int end) {
    ByteBuffer view = file.duplicate();
    // As a Buffer: Java 9 gave ByteBuffer methods of its own here, which older phones do not have.
    Buffer bounds = view;
    bounds.limit(end);
    bounds.position(start);
    return view.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Walks over the fields of one message in the file. */
  private final class Field {
    private final int messageEnd;
    private int start;
    private int position;
    private int end;
    private int number;
    private boolean hasContent;

    Field(int messageStart, int messageEnd) {
      this.position = messageStart;
      this.end = messageStart;
      this.messageEnd = messageEnd;
    }

    /** Goes to the next field; returns false behind the last one. */
    boolean next() throws IOException {
      if (end == messageEnd) {
        return false;
      }
      start = end;
      position = start;
      long tag = varint();
      number = (int) (tag >>> 3);
      int wireType = (int) (tag & 7);
      hasContent = wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (wireType == WireFormat.WIRETYPE_VARINT) {
        varint();
        end = position;
      } else {
        end = advance(length(wireType));
      }
      return true;
    }

    private long length(int wireType) throws IOException {
      switch (wireType) {
        case WireFormat.WIRETYPE_LENGTH_DELIMITED:
          return varint();
        case WireFormat.WIRETYPE_FIXED32:
          return Integer.BYTES;
        case WireFormat.WIRETYPE_FIXED64:
          return Long.BYTES;
        default:
          throw new InvalidProtocolBufferException("unknown kind of field at byte " + start);
      }
    }

    private int advance(long length) throws IOException {
      if (length < 0 || length > messageEnd - position) {
        throw new InvalidProtocolBufferException(
            "the field at byte " + start + " is longer than what holds it");
      }
      return position + (int) length;
    }

    private long varint() throws IOException {
      long value = 0;
      for (int shift = 0; shift < Long.SIZE; shift += 7) {
        int next = advance(1);
        byte part = file.get(position);
        position = next;
        value |= (long) (part & 0x7f) << shift;
        if (part >= 0) {
          return value;
        }
      }
      throw new InvalidProtocolBufferException("malformed number at byte " + position);
    }

    /** Returns a walk over the fields in this one. */
    Field content() throws IOException {
      if (!hasContent) {
        throw new InvalidProtocolBufferException("a number in place of a message at byte " + start);
      }
      return new Field(position, end);
    }

    /** Copies this field as it is. */
    void copy(ByteArrayOutputStream target) {
      for (int i = start; i < end; i++) {
        target.write(file.get(i));
      }
    }

    /** Writes this field with other content. */
    void write(ByteArrayOutputStream content, ByteArrayOutputStream target) throws IOException {
      CodedOutputStream output = CodedOutputStream.newInstance(target);
      output.writeByteArray(number, content.toByteArray());
      output.flush();
    }
  }
}
