package org.qcnn.writer;

import org.qcnn.graph.Window;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.AttributeProto;

/** A sliding window as attributes of ONNX nodes; ours have the names of the standard ones. */
final class WindowAttributes {
  private WindowAttributes() {}

  static AttributeProto kernel(Window window) {
    return Attributes.integers(
        QuantizedOperators.KERNEL_SHAPE, window.kernelHeight, window.kernelWidth);
  }

  static AttributeProto strides(Window window) {
    return Attributes.integers(QuantizedOperators.STRIDES, window.strideHeight, window.strideWidth);
  }

  static AttributeProto pads(Window window) {
    return Attributes.integers(
        QuantizedOperators.PADS, window.padTop, window.padLeft, window.padBottom, window.padRight);
  }

  static AttributeProto dilations(Window window) {
    return Attributes.integers(
        QuantizedOperators.DILATIONS, window.dilationHeight, window.dilationWidth);
  }
}
