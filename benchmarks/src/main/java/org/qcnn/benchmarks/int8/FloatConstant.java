package org.qcnn.benchmarks.int8;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.TensorProto.DataLocation;
import org.qcnn.onnx.proto.TensorProto.DataType;

/** The values of a float initializer. */
final class FloatConstant {
  private FloatConstant() {}

  /**
   * Returns the values.
   *
   * @throws IllegalArgumentException naming the tensor, if it holds no floats or not in this file
   */
  static FloatBuffer values(TensorProto tensor) {
    if (tensor.getDataType() != DataType.FLOAT.getNumber()
        || tensor.getDataLocation() == DataLocation.EXTERNAL) {
      throw new IllegalArgumentException(
          tensor.getName() + " does not hold floats in the file itself; only such are quantized");
    }
    if (tensor.hasRawData()) {
      return tensor
          .getRawData()
          .asReadOnlyByteBuffer()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer();
    }
    FloatBuffer values = FloatBuffer.allocate(tensor.getFloatDataCount());
    tensor.getFloatDataList().forEach(values::put);
    return values.flip();
  }
}
