package org.qcnn.writer;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.qcnn.graph.BitPlanes;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.tensor.HalfFloat;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A constant of an ONNX graph that is turned into bytes only while it is written, so that a file of
 * hundreds of megabytes needs no second copy of its weights in memory.
 */
final class Initializer {
  private static final int CHUNK_BYTES = 1 << 16;

  /** Writes the little-endian elements of a tensor. */
  @FunctionalInterface
  private interface Elements {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final TensorProto header;
  private final int byteCount;
  private final Elements elements;

  private Initializer(
      String name, DataType type, long[] dims, int elementBytes, Elements elements) {
    TensorProto.Builder builder =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    long count = elementBytes;
    for (long dim : dims) {
      builder.addDims(dim);
      count *= dim;
    }
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          name + " is too large for an ONNX file: " + count + " bytes");
    }
    this.header = builder.build();
    this.byteCount = (int) count;
    this.elements = elements;
  }

  static Initializer floats(String name, Tensor tensor) {
    return new Initializer(
        name, DataType.FLOAT, dims(tensor.shape()), 4, out -> writeFloats(tensor.values(), out));
  }

  /** Returns the values as half floats; the caller has checked that they are in range. */
  static Initializer halfFloats(String name, Tensor tensor) {
    FloatBuffer values = tensor.values();
    byte[] bytes = new byte[2 * values.remaining()];
    ByteBuffer halves = littleEndian(bytes);
    while (values.hasRemaining()) {
      halves.putShort(HalfFloat.fromFloat(values.get()));
    }
    return new Initializer(
        name, DataType.FLOAT16, dims(tensor.shape()), 2, out -> out.writeRawBytes(bytes));
  }

  /** Returns signed bytes, {@code [parts, rows, columns]}. */
  static Initializer signedBytes(String name, ByteBuffer values, int rows, int columns) {
    byte[] bytes = new byte[values.remaining()];
    values.get(bytes);
    return new Initializer(
        name,
        DataType.INT8,
        new long[] {bytes.length / (rows * columns), rows, columns},
        1,
        out -> out.writeRawBytes(bytes));
  }

  /** Returns a list of integers, a tensor of one axis. */
  static Initializer integers(String name, long... values) {
    byte[] bytes = new byte[8 * values.length];
    littleEndian(bytes).asLongBuffer().put(values);
    return new Initializer(
        name, DataType.INT64, new long[] {values.length}, 8, out -> out.writeRawBytes(bytes));
  }

  /** Returns assignments as a matrix of unsigned bytes, plane by plane. */
  static Initializer bitPlanes(String name, BitPlanes codes) {
    byte[] bytes = new byte[codes.bytes().remaining()];
    codes.bytes().get(bytes);
    return new Initializer(
        name,
        DataType.UINT8,
        new long[] {codes.planes(), bytes.length / codes.planes()},
        1,
        out -> out.writeRawBytes(bytes));
  }

  String name() {
    return header.getName();
  }

  /** Returns the bytes of the elements alone. */
  long elementBytes() {
    return byteCount;
  }

  /** Returns the bytes that {@link #writeTo} writes. */
  long size() {
    return (long) header.getSerializedSize()
        + CodedOutputStream.computeTagSize(TensorProto.RAW_DATA_FIELD_NUMBER)
        + CodedOutputStream.computeUInt32SizeNoTag(byteCount)
        + byteCount;
  }

  /** Writes the fields of the TensorProto. */
  void writeTo(CodedOutputStream out) throws IOException {
    header.writeTo(out);
    out.writeTag(TensorProto.RAW_DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(byteCount);
    elements.writeTo(out);
  }

  private static void writeFloats(FloatBuffer values, CodedOutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    while (values.hasRemaining()) {
      int count = Math.min(values.remaining(), CHUNK_BYTES / 4);
      FloatBuffer part = values.duplicate();
      part.limit(part.position() + count);
      littleEndian(chunk).asFloatBuffer().put(part);
      values.position(values.position() + count);
      out.write(chunk, 0, 4 * count);
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long[] dims(Shape shape) {
    long[] dims = new long[shape.rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = shape.extent(axis);
    }
    return dims;
  }
}
