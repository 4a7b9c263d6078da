package org.qcnn.benchmarks.int8;

import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.NodeProto;

/** What the quantizer has to know of an operator: the roles of its inputs. */
final class Layer {
  private Layer() {}

  /** Returns whether the node multiplies its first input by weights, its second. */
  static boolean hasWeights(NodeProto node) {
    return switch (node.getOpType()) {
      case "Conv", "Gemm", "MatMul" -> true;
      default -> false;
    };
  }

  /** Returns whether the node could also write floats from integers. */
  static boolean mayWriteFloats(NodeProto node) {
    return hasWeights(node) && !node.getOpType().equals("Conv");
  }

  /** Returns whether the node moves or picks values, so that its output has its input's scale. */
  static boolean keepsScale(NodeProto node) {
    return switch (node.getOpType()) {
      case "MaxPool", "Reshape", "Flatten" -> true;
      default -> false;
    };
  }

  /** Returns whether the node bounds its input, which a scale that ends there does as well. */
  static boolean bounds(NodeProto node) {
    return node.getOpType().equals("Relu") || node.getOpType().equals("Clip");
  }

  /** Returns how many of the first inputs are activations, not weights or shapes. */
  static int activations(NodeProto node) {
    return switch (node.getOpType()) {
      case "Add", "Concat" -> node.getInputCount();
      default -> 1;
    };
  }

  /** Returns the axis of a layer's weights along which the outputs lie. */
  static int outputAxis(NodeProto node) {
    return switch (node.getOpType()) {
      case "Conv" -> 0;
      case "Gemm" -> attribute(node, "transB", 0) == 0 ? 1 : 0;
      default -> 1;
    };
  }

  private static long attribute(NodeProto node, String name, long otherwise) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(otherwise);
  }
}
