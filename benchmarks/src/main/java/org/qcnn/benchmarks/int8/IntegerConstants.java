package org.qcnn.benchmarks.int8;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataType;

/** The initializers that a quantized network has in place of float weights. */
final class IntegerConstants {
  private IntegerConstants() {}

  /** Returns a tensor of 8-bit integers, signed or unsigned. */
  static TensorProto bytes(String name, DataType type, List<Long> dims, byte... values) {
    return tensor(name, type, dims, ByteBuffer.wrap(values));
  }

  /** Returns a tensor of 32-bit integers with one axis. */
  static TensorProto integers(String name, int... values) {
    ByteBuffer bytes = littleEndian(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    return tensor(name, DataType.INT32, List.of((long) values.length), bytes);
  }

  /** Returns a tensor of floats with one axis. */
  static TensorProto floats(String name, float... values) {
    ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return tensor(name, DataType.FLOAT, List.of((long) values.length), bytes);
  }

  /** Returns a float without axes. */
  static TensorProto scalar(String name, float value) {
    ByteBuffer bytes = littleEndian(Float.BYTES).putFloat(0, value);
    return tensor(name, DataType.FLOAT, List.of(), bytes);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static TensorProto tensor(
      String name, DataType type, List<Long> dims, ByteBuffer content) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(type.getNumber())
        .addAllDims(dims)
        .setRawData(ByteString.copyFrom(content))
        .build();
  }
}
