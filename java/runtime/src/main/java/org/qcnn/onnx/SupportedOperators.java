package org.qcnn.onnx;

import java.util.List;

/**
 * All operators that can be read, and what each is turned into. Found by switches, so that a
 * virtual machine that has just started makes only the few that a model uses.
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

  /** Computes a node whose inputs are all constant. */
  interface Folding {
    ConstantTensor fold(OnnxNode node, GraphBuilder graph);
  }

  private SupportedOperators() {}

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  static boolean supports(String domain, String type) {
    return lowering(domain, type) != null || folding(domain, type) != null;
  }

  /** Returns how to lower a node that depends on the image, or null if that is not supported. */
  static Lowering lowering(String domain, String type) {
    return isStandard(domain)
        ? standard(type)
        : domain.equals(QuantizedOperators.DOMAIN) ? quantized(type) : null;
  }

  /** Returns how to compute a node of constants, or null if that is not supported. */
  static Folding folding(String domain, String type) {
    return isStandard(domain) ? folding(type) : null;
  }

  private static Lowering quantized(String type) {
    switch (type) {
      case QuantizedOperators.LUT_CONV:
        return QuantizedLowering::lowerConvolution;
      case QuantizedOperators.LUT_GEMM:
        return QuantizedLowering::lowerFullyConnected;
      default:
        return null;
    }
  }

  private static Lowering standard(String type) {
    switch (type) {
      case "Conv":
        return ConvolutionLowering::lower;
      case "Gemm":
        return FullyConnectedLowering::lowerGemm;
      case "MatMul":
        return FullyConnectedLowering::lowerMatMul;
      case "BatchNormalization":
        return NormalizationLowering::lowerBatch;
      case "LRN":
        return NormalizationLowering::lowerLocalResponse;
      case "Relu":
        return ActivationLowering::lowerRelu;
      case "Clip":
        return ActivationLowering::lowerClip;
      case "LeakyRelu":
        return ActivationLowering::lowerLeakyRelu;
      case "PRelu":
        return ActivationLowering::lowerParametricRelu;
      case "Sigmoid":
        return ActivationLowering::lowerSigmoid;
      case "HardSigmoid":
        return ActivationLowering::lowerHardSigmoid;
      case "HardSwish":
        return ActivationLowering::lowerHardSwish;
      case "Softmax":
        return ActivationLowering::lowerSoftmax;
      case "MaxPool":
        return PoolingLowering::lowerMaximum;
      case "AveragePool":
        return PoolingLowering::lowerAverage;
      case "GlobalMaxPool":
        return PoolingLowering::lowerGlobalMaximum;
      case "GlobalAveragePool":
        return PoolingLowering::lowerGlobalAverage;
      case "ReduceMean":
        return PoolingLowering::lowerMean;
      case "Add":
      case "Sum":
        return ElementwiseLowering::lowerAdd;
      case "Sub":
        return ElementwiseLowering::lowerSubtract;
      case "Mul":
        return ElementwiseLowering::lowerMultiply;
      case "Div":
        return ElementwiseLowering::lowerDivide;
      case "Max":
        return ElementwiseLowering::lowerMaximum;
      case "Concat":
        return SlicingLowering::lowerConcat;
      case "Pad":
        return SlicingLowering::lowerPad;
      case "Slice":
        return SlicingLowering::lowerSlice;
      case "Split":
        return SlicingLowering::lowerSplit;
      case "Flatten":
        return ShapeLowering::lowerFlatten;
      case "Reshape":
        return ShapeLowering::lowerReshape;
      case "Squeeze":
        return ShapeLowering::lowerSqueeze;
      case "Unsqueeze":
        return ShapeLowering::lowerUnsqueeze;
      case "Transpose":
        return ShapeLowering::lowerTranspose;
      case "Dropout":
        return ShapeLowering::lowerDropout;
      case "Identity":
        return ShapeLowering::lowerIdentity;
      case "Cast":
        return ShapeLowering::lowerCast;
      case "Shape":
        return (node, graph) ->
            graph.defineConstant(node.output(0), ConstantFolding.shape(node, graph));
      default:
        return null;
    }
  }

  private static Folding folding(String type) {
    switch (type) {
      case "Constant":
        return ConstantFolding::constant;
      case "ConstantOfShape":
        return ConstantFolding::constantOfShape;
      case "Shape":
        return ConstantFolding::shape;
      case "Identity":
        return ConstantFolding::identity;
      case "Cast":
        return ConstantFolding::cast;
      case "Gather":
        return ConstantFolding::gather;
      case "Concat":
        return ConstantFolding::concat;
      case "Slice":
        return ConstantFolding::slice;
      case "Transpose":
        return ConstantFolding::transpose;
      case "Reshape":
        return ConstantFolding::reshape;
      case "Squeeze":
        return ConstantFolding::squeeze;
      case "Unsqueeze":
        return ConstantFolding::unsqueeze;
      case "Add":
        return ConstantArithmetic::add;
      case "Sub":
        return ConstantArithmetic::subtract;
      case "Mul":
        return ConstantArithmetic::multiply;
      case "Div":
        return ConstantArithmetic::divide;
      default:
        return null;
    }
  }
}
