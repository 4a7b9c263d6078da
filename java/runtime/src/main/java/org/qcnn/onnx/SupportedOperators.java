package org.qcnn.onnx;

import java.util.List;

/**
 * All operators that can be read, and what each is turned into. Called from switches: method
 * references would cost a virtual machine that has just started some milliseconds.
 */
final class SupportedOperators {
  /** The range of versions of the standard operators. */
  static final int OLDEST_OPSET = 7;

  static final int NEWEST_OPSET = 21;

  /** The names of all standard operators in alphabetical order. */
  static final List<String> NAMES =
      List.of(
          "Add",
          "AveragePool",
          "BatchNormalization",
          "Cast",
          "Clip",
          "Concat",
          "Constant",
          "ConstantOfShape",
          "Conv",
          "Div",
          "Dropout",
          "Flatten",
          "Gather",
          "Gemm",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "LRN",
          "LeakyRelu",
          "MatMul",
          "Max",
          "MaxPool",
          "Mul",
          "PRelu",
          "Pad",
          "ReduceMean",
          "Relu",
          "Reshape",
          "Shape",
          "Sigmoid",
          "Slice",
          "Softmax",
          "Split",
          "Squeeze",
          "Sub",
          "Sum",
          "Transpose",
          "Unsqueeze");

  /** Those of them that can be computed when a model is read, if all their inputs are constant. */
  private static final List<String> FOLDED =
      List.of(
          "Add",
          "Cast",
          "Concat",
          "Constant",
          "ConstantOfShape",
          "Div",
          "Gather",
          "Identity",
          "Mul",
          "Reshape",
          "Shape",
          "Slice",
          "Squeeze",
          "Sub",
          "Transpose",
          "Unsqueeze");

  private SupportedOperators() {}

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  static boolean supports(String domain, String type) {
    return isStandard(domain)
        ? NAMES.contains(type)
        : domain.equals(QuantizedOperators.DOMAIN)
            && (type.equals(QuantizedOperators.LUT_CONV)
                || type.equals(QuantizedOperators.LUT_GEMM));
  }

  /** Returns whether a node of this type can be computed if all its inputs are constant. */
  static boolean folds(String domain, String type) {
    return isStandard(domain) && FOLDED.contains(type);
  }

  /**
   * Turns a node that depends on the image into nodes of our graph.
   *
   * @return whether that is supported
   * @throws IllegalArgumentException saying what about the node is wrong or not supported
   */
  static boolean lower(OnnxNode node, GraphBuilder graph) {
    return isStandard(node.domain())
        ? lowerStandard(node, graph)
        : node.domain().equals(QuantizedOperators.DOMAIN) && lowerQuantized(node, graph);
  }

  /**
   * Computes a node whose inputs are all constant.
   *
   * @return its output, or null if it is none that {@link #folds}
   * @throws IllegalArgumentException saying what about the node is wrong or not supported
   */
  static ConstantTensor fold(OnnxNode node, GraphBuilder graph) {
    return isStandard(node.domain()) ? foldStandard(node, graph) : null;
  }

  private static boolean lowerQuantized(OnnxNode node, GraphBuilder graph) {
    switch (node.type()) {
      case QuantizedOperators.LUT_CONV:
        QuantizedLowering.lowerConvolution(node, graph);
        return true;
      case QuantizedOperators.LUT_GEMM:
        QuantizedLowering.lowerFullyConnected(node, graph);
        return true;
      default:
        return false;
    }
  }

  private static boolean lowerStandard(OnnxNode node, GraphBuilder graph) {
    switch (node.type()) {
      case "Conv":
        ConvolutionLowering.lower(node, graph);
        return true;
      case "Gemm":
        FullyConnectedLowering.lowerGemm(node, graph);
        return true;
      case "MatMul":
        FullyConnectedLowering.lowerMatMul(node, graph);
        return true;
      case "BatchNormalization":
        NormalizationLowering.lowerBatch(node, graph);
        return true;
      case "LRN":
        NormalizationLowering.lowerLocalResponse(node, graph);
        return true;
      case "Relu":
        ActivationLowering.lowerRelu(node, graph);
        return true;
      case "Clip":
        ActivationLowering.lowerClip(node, graph);
        return true;
      case "LeakyRelu":
        ActivationLowering.lowerLeakyRelu(node, graph);
        return true;
      case "PRelu":
        ActivationLowering.lowerParametricRelu(node, graph);
        return true;
      case "Sigmoid":
        ActivationLowering.lowerSigmoid(node, graph);
        return true;
      case "HardSigmoid":
        ActivationLowering.lowerHardSigmoid(node, graph);
        return true;
      case "HardSwish":
        ActivationLowering.lowerHardSwish(node, graph);
        return true;
      case "Softmax":
        ActivationLowering.lowerSoftmax(node, graph);
        return true;
      case "MaxPool":
        PoolingLowering.lowerMaximum(node, graph);
        return true;
      case "AveragePool":
        PoolingLowering.lowerAverage(node, graph);
        return true;
      case "GlobalMaxPool":
        PoolingLowering.lowerGlobalMaximum(node, graph);
        return true;
      case "GlobalAveragePool":
        PoolingLowering.lowerGlobalAverage(node, graph);
        return true;
      case "ReduceMean":
        PoolingLowering.lowerMean(node, graph);
        return true;
      case "Add":
      case "Sum":
        ElementwiseLowering.lowerAdd(node, graph);
        return true;
      case "Sub":
        ElementwiseLowering.lowerSubtract(node, graph);
        return true;
      case "Mul":
        ElementwiseLowering.lowerMultiply(node, graph);
        return true;
      case "Div":
        ElementwiseLowering.lowerDivide(node, graph);
        return true;
      case "Max":
        ElementwiseLowering.lowerMaximum(node, graph);
        return true;
      case "Concat":
        SlicingLowering.lowerConcat(node, graph);
        return true;
      case "Pad":
        SlicingLowering.lowerPad(node, graph);
        return true;
      case "Slice":
        SlicingLowering.lowerSlice(node, graph);
        return true;
      case "Split":
        SlicingLowering.lowerSplit(node, graph);
        return true;
      case "Flatten":
        ShapeLowering.lowerFlatten(node, graph);
        return true;
      case "Reshape":
        ShapeLowering.lowerReshape(node, graph);
        return true;
      case "Squeeze":
        ShapeLowering.lowerSqueeze(node, graph);
        return true;
      case "Unsqueeze":
        ShapeLowering.lowerUnsqueeze(node, graph);
        return true;
      case "Transpose":
        ShapeLowering.lowerTranspose(node, graph);
        return true;
      case "Dropout":
        ShapeLowering.lowerDropout(node, graph);
        return true;
      case "Identity":
        ShapeLowering.lowerIdentity(node, graph);
        return true;
      case "Cast":
        ShapeLowering.lowerCast(node, graph);
        return true;
      case "Shape":
        graph.defineConstant(node.output(0), ConstantFolding.shape(node, graph));
        return true;
      default:
        return false;
    }
  }

  private static ConstantTensor foldStandard(OnnxNode node, GraphBuilder graph) {
    switch (node.type()) {
      case "Constant":
        return ConstantFolding.constant(node, graph);
      case "ConstantOfShape":
        return ConstantFolding.constantOfShape(node, graph);
      case "Shape":
        return ConstantFolding.shape(node, graph);
      case "Identity":
        return ConstantFolding.identity(node, graph);
      case "Cast":
        return ConstantFolding.cast(node, graph);
      case "Gather":
        return ConstantFolding.gather(node, graph);
      case "Concat":
        return ConstantFolding.concat(node, graph);
      case "Slice":
        return ConstantFolding.slice(node, graph);
      case "Transpose":
        return ConstantFolding.transpose(node, graph);
      case "Reshape":
        return ConstantFolding.reshape(node, graph);
      case "Squeeze":
        return ConstantFolding.squeeze(node, graph);
      case "Unsqueeze":
        return ConstantFolding.unsqueeze(node, graph);
      case "Add":
        return ConstantArithmetic.add(node, graph);
      case "Sub":
        return ConstantArithmetic.subtract(node, graph);
      case "Mul":
        return ConstantArithmetic.multiply(node, graph);
      case "Div":
        return ConstantArithmetic.divide(node, graph);
      default:
        return null;
    }
  }
}
