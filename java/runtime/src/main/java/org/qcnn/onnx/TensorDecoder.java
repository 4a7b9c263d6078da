package org.qcnn.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.tensor.HalfFloat;

/**
 * Decodes the constants of a model file: floats of any width become 32-bit floats, integers 64-bit
 * ones. 32-bit floats in raw form are not copied, the result is a view of the file.
 */
final class TensorDecoder {
  private final TensorProto tensor;
  private final int[] extents;
  private final int count;
  private final ByteBuffer rawData;

  private TensorDecoder(TensorProto tensor, ByteBuffer rawData) {
    this.tensor = tensor;
    this.rawData = rawData;
    this.extents = new int[tensor.getDimsCount()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = OnnxNode.toInt(tensor.getDims(axis), "a dimension");
    }
    this.count = ConstantTensor.count(extents);
  }

  /**
   * Returns the tensor's content.
   *
   * @throws IllegalArgumentException if the content is not in this file, does not have the length
   *     that the dimensions ask for, or is of a type that networks here do not use
   */
  static ConstantTensor decode(TensorProto tensor) {
    ByteBuffer copied = tensor.getRawData().asReadOnlyByteBuffer();
    return decode(tensor, tensor.hasRawData() ? copied : null);
  }

  /** Returns the content of a tensor whose raw data, if it has any, lies apart. */
  static ConstantTensor decode(TensorProto tensor, ByteBuffer rawData) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0) {
      throw new IllegalArgumentException(
          "its values lie in another file (external_data); save the model as a single file first");
    }
    if (tensor.hasSegment()) {
      throw new IllegalArgumentException(
          "its values are split into segments; save the model as a single file first");
    }
    return new TensorDecoder(tensor, rawData).decode();
  }

  private ConstantTensor decode() {
    switch (tensor.getDataType()) {
      case DataType.FLOAT_VALUE:
        return floats(rawData != null ? raw(Float.BYTES).asFloatBuffer() : floatList());
      case DataType.DOUBLE_VALUE:
        return floats(FloatBuffer.wrap(doubles()));
      case DataType.FLOAT16_VALUE:
      case DataType.BFLOAT16_VALUE:
        return floats(FloatBuffer.wrap(halves()));
      case DataType.UINT8_VALUE:
        return ConstantTensor.ofBytes(extents, bytes());
      case DataType.INT64_VALUE:
        return integers(Long.BYTES, tensor.getInt64DataCount(), tensor::getInt64Data);
      case DataType.UINT64_VALUE:
        return integers(Long.BYTES, tensor.getUint64DataCount(), tensor::getUint64Data);
      case DataType.UINT32_VALUE:
        return integers(Integer.BYTES, tensor.getUint64DataCount(), tensor::getUint64Data);
      case DataType.INT32_VALUE:
        return integers(Integer.BYTES, tensor.getInt32DataCount(), tensor::getInt32Data);
      case DataType.INT16_VALUE:
      case DataType.UINT16_VALUE:
        return integers(Short.BYTES, tensor.getInt32DataCount(), tensor::getInt32Data);
      case DataType.INT8_VALUE:
      case DataType.BOOL_VALUE:
        return integers(Byte.BYTES, tensor.getInt32DataCount(), tensor::getInt32Data);
      default:
        throw new IllegalArgumentException(
            "tensors of data type " + typeName() + " are not supported");
    }
  }

  private String typeName() {
    DataType type = DataType.forNumber(tensor.getDataType());
    return type == null ? String.valueOf(tensor.getDataType()) : type.name();
  }

  private ConstantTensor floats(FloatBuffer values) {
    return ConstantTensor.ofFloats(extents, values);
  }

  /** Returns the raw bytes, little-endian, if they are as many as the dimensions ask for. */
  private ByteBuffer raw(int elementSize) {
    long expected = (long) count * elementSize;
    if (rawData.remaining() != expected) {
      throw new IllegalArgumentException(
          "its dimensions ask for " + expected + " bytes, the file has " + rawData.remaining());
    }
    return rawData.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void checkListed(int listed) {
    if (listed != count) {
      throw new IllegalArgumentException(
          "its dimensions ask for " + count + " values, the file has " + listed);
    }
  }

  private FloatBuffer floatList() {
    checkListed(tensor.getFloatDataCount());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = tensor.getFloatData(i);
    }
    return FloatBuffer.wrap(values);
  }

  private float[] doubles() {
    ByteBuffer raw = rawData != null ? raw(Double.BYTES) : null;
    if (raw == null) {
      checkListed(tensor.getDoubleDataCount());
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (raw == null ? tensor.getDoubleData(i) : raw.getDouble(8 * i));
    }
    return values;
  }

  private float[] halves() {
    ByteBuffer raw = rawData != null ? raw(Short.BYTES) : null;
    if (raw == null) {
      checkListed(tensor.getInt32DataCount());
    }
    boolean brain = tensor.getDataType() == DataType.BFLOAT16_VALUE;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      short bits = raw == null ? (short) tensor.getInt32Data(i) : raw.getShort(2 * i);
      // A bfloat16 is the upper half of a float.
      values[i] = brain ? Float.intBitsToFloat(bits << 16) : HalfFloat.toFloat(bits);
    }
    return values;
  }

  private ByteBuffer bytes() {
    if (rawData != null) {
      return raw(Byte.BYTES);
    }
    checkListed(tensor.getInt32DataCount());
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) tensor.getInt32Data(i);
    }
    return ByteBuffer.wrap(values);
  }

  /** One of the lists in which a file may keep integers. */
  private interface IntegerList {
    long get(int index);
  }

  private ConstantTensor integers(int elementSize, int listed, IntegerList list) {
    ByteBuffer raw = rawData != null ? raw(elementSize) : null;
    if (raw == null) {
      checkListed(listed);
    }
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = raw == null ? list.get(i) : integer(raw, i, elementSize);
    }
    return ConstantTensor.ofIntegers(extents, values);
  }

  private long integer(ByteBuffer raw, int index, int elementSize) {
    switch (elementSize) {
      case Long.BYTES:
        return raw.getLong(Long.BYTES * index);
      case Integer.BYTES:
        int word = raw.getInt(Integer.BYTES * index);
        boolean unsigned = tensor.getDataType() == DataType.UINT32_VALUE;
        return unsigned ? Integer.toUnsignedLong(word) : word;
      case Short.BYTES:
        short half = raw.getShort(Short.BYTES * index);
        return tensor.getDataType() == DataType.UINT16_VALUE ? half & 0xffff : half;
      default:
        return raw.get(index);
    }
  }
}
