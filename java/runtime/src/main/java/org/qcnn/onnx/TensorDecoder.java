package org.qcnn.onnx;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Decodes the constants of a model file: floats of any width become 32-bit floats, integers 64-bit
 * ones. 32-bit floats in raw form are not copied, the result is a view of the file.
 */
final class TensorDecoder {
  private final Message tensor;
  private final int type;
  private final int[] extents;
  private final int count;
  private final ByteBuffer rawData;

  private TensorDecoder(Message tensor) {
    this.tensor = tensor;
    this.type = (int) tensor.integer(OnnxFields.TENSOR_DATA_TYPE);
    this.rawData = tensor.bytes(OnnxFields.TENSOR_RAW_DATA);
    long[] dimensions = tensor.integers(OnnxFields.TENSOR_DIMENSIONS);
    this.extents = new int[dimensions.length];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = OnnxNode.toInt(dimensions[axis], "a dimension");
    }
    this.count = ConstantTensor.count(extents);
  }

  /**
   * Returns the tensor's content.
   *
   * @throws IllegalArgumentException if the content is not in this file, does not have the length
   *     that the dimensions ask for, or is of a type that networks here do not use
   */
  static ConstantTensor decode(Message tensor) {
    if (tensor.integer(OnnxFields.TENSOR_DATA_LOCATION) != 0
        || tensor.hasBytes(OnnxFields.TENSOR_EXTERNAL_DATA)) {
      throw new IllegalArgumentException(
          "its values lie in another file (external_data); save the model as a single file first");
    }
    if (tensor.hasBytes(OnnxFields.TENSOR_SEGMENT)) {
      throw new IllegalArgumentException(
          "its values are split into segments; save the model as a single file first");
    }
    return new TensorDecoder(tensor).decode();
  }

  private ConstantTensor decode() {
    switch (type) {
      case DataType.FLOAT:
        return floats(floats());
      case DataType.DOUBLE:
        return floats(FloatBuffer.wrap(doubles()));
      case DataType.FLOAT16:
        return ConstantTensor.ofHalves(extents, halves());
      case DataType.BFLOAT16:
        return floats(FloatBuffer.wrap(upperHalves(halves())));
      case DataType.UINT8:
        return ConstantTensor.ofBytes(extents, bytes());
      case DataType.INT64:
        return integers(Long.BYTES, OnnxFields.TENSOR_INTEGERS_64);
      case DataType.UINT64:
        return integers(Long.BYTES, OnnxFields.TENSOR_UNSIGNED_64);
      case DataType.UINT32:
        return integers(Integer.BYTES, OnnxFields.TENSOR_UNSIGNED_64);
      case DataType.INT32:
        return integers(Integer.BYTES, OnnxFields.TENSOR_INTEGERS_32);
      case DataType.INT16:
      case DataType.UINT16:
        return integers(Short.BYTES, OnnxFields.TENSOR_INTEGERS_32);
      case DataType.INT8:
        return ConstantTensor.ofSignedBytes(extents, bytes());
      case DataType.BOOL:
        return integers(Byte.BYTES, OnnxFields.TENSOR_INTEGERS_32);
      default:
        throw new IllegalArgumentException(
            "tensors of data type " + DataType.name(type) + " are not supported");
    }
  }

  private ConstantTensor floats(FloatBuffer values) {
    return ConstantTensor.ofFloats(extents, values);
  }

  /** Returns the raw data if it has as many bytes as the dimensions ask for. */
  private ByteBuffer raw(int elementSize) {
    long expected = (long) count * elementSize;
    if (rawData.remaining() != expected) {
      throw new IllegalArgumentException(
          "its dimensions ask for " + expected + " bytes, the file has " + rawData.remaining());
    }
    return rawData;
  }

  private void checkListed(int listed) {
    if (listed != count) {
      throw new IllegalArgumentException(
          "its dimensions ask for " + count + " values, the file has " + listed);
    }
  }

  private FloatBuffer floats() {
    if (rawData != null) {
      return raw(Float.BYTES).asFloatBuffer();
    }
    FloatBuffer listed = tensor.floats(OnnxFields.TENSOR_FLOATS).asFloatBuffer();
    checkListed(listed.remaining());
    return listed;
  }

  /** Returns the integers of a field. */
  private long[] list(int field) {
    long[] values = tensor.integers(field);
    checkListed(values.length);
    return values;
  }

  private float[] doubles() {
    DoubleBuffer doubles =
        rawData != null
            ? raw(Double.BYTES).asDoubleBuffer()
            : tensor.doubles(OnnxFields.TENSOR_DOUBLES).asDoubleBuffer();
    checkListed(doubles.remaining());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) doubles.get(i);
    }
    return values;
  }

  private ShortBuffer halves() {
    if (rawData != null) {
      return raw(Short.BYTES).asShortBuffer();
    }
    long[] listed = list(OnnxFields.TENSOR_INTEGERS_32);
    short[] halves = new short[count];
    for (int i = 0; i < count; i++) {
      halves[i] = (short) listed[i];
    }
    return ShortBuffer.wrap(halves);
  }

  /** Returns the floats of which these are the upper halves. */
  private static float[] upperHalves(ShortBuffer halves) {
    float[] values = new float[halves.remaining()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(halves.get(i) << 16);
    }
    return values;
  }

  private ByteBuffer bytes() {
    if (rawData != null) {
      return raw(Byte.BYTES);
    }
    long[] listed = list(OnnxFields.TENSOR_INTEGERS_32);
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      values[i] = (byte) listed[i];
    }
    return ByteBuffer.wrap(values);
  }

  private ConstantTensor integers(int elementSize, int field) {
    if (rawData == null) {
      long[] values = list(field);
      for (int i = 0; i < count && field == OnnxFields.TENSOR_INTEGERS_32; i++) {
        values[i] = (int) values[i];
      }
      return ConstantTensor.ofIntegers(extents, values);
    }
    ByteBuffer raw = raw(elementSize);
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = integer(raw, i, elementSize);
    }
    return ConstantTensor.ofIntegers(extents, values);
  }

  private long integer(ByteBuffer raw, int index, int elementSize) {
    switch (elementSize) {
      case Long.BYTES:
        return raw.getLong(Long.BYTES * index);
      case Integer.BYTES:
        int word = raw.getInt(Integer.BYTES * index);
        return type == DataType.UINT32 ? Integer.toUnsignedLong(word) : word;
      case Short.BYTES:
        short half = raw.getShort(Short.BYTES * index);
        return type == DataType.UINT16 ? half & 0xffff : half;
      default:
        return raw.get(index);
    }
  }
}
