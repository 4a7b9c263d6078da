package org.qcnn.benchmarks.int8;

import org.qcnn.onnx.proto.TensorProto.DataType;

/** Which 8-bit integers activations and weights become, in this order: unsigned or signed. */
public enum Int8Format {
  U8S8(DataType.UINT8, DataType.INT8),
  S8S8(DataType.INT8, DataType.INT8),
  U8U8(DataType.UINT8, DataType.UINT8);

  private final DataType activations;
  private final DataType weights;

  Int8Format(DataType activations, DataType weights) {
    this.activations = activations;
    this.weights = weights;
  }

  DataType activations() {
    return activations;
  }

  DataType weights() {
    return weights;
  }

  /** Returns the integer that stands for the lowest activation. */
  int lowestActivation() {
    return activations == DataType.UINT8 ? 0 : Byte.MIN_VALUE;
  }

  /** Returns the integer that stands for a weight of zero. */
  int weightZeroPoint() {
    return weights == DataType.UINT8 ? 128 : 0;
  }
}
