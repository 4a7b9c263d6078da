package org.qcnn.onnx;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** All operators that can be read, and what each is turned into. */
final class SupportedOperators {
  /** The range of versions of the standard operators. */
  static final int OLDEST_OPSET = 7;

  static final int NEWEST_OPSET = 21;

  /** Computes a node whose inputs are all constant. */
  interface Folding {
    ConstantTensor fold(OnnxNode node, GraphBuilder graph);
  }

  private static final Map<String, Lowering> STANDARD = standard();
  private static final Map<String, Lowering> QUANTIZED = quantized();
  private static final Map<String, Folding> FOLDINGS = foldings();

  private SupportedOperators() {}

  private static Map<String, Lowering> standard() {
    Map<String, Lowering> lowerings = new HashMap<>();
    lowerings.put("Conv", ConvolutionLowering::lower);
    lowerings.put("Gemm", FullyConnectedLowering::lowerGemm);
    lowerings.put("MatMul", FullyConnectedLowering::lowerMatMul);
    lowerings.put("BatchNormalization", NormalizationLowering::lowerBatch);
    lowerings.put("LRN", NormalizationLowering::lowerLocalResponse);
    lowerings.put("Relu", ActivationLowering::lowerRelu);
    lowerings.put("Clip", ActivationLowering::lowerClip);
    lowerings.put("LeakyRelu", ActivationLowering::lowerLeakyRelu);
    lowerings.put("PRelu", ActivationLowering::lowerParametricRelu);
    lowerings.put("Sigmoid", ActivationLowering::lowerSigmoid);
    lowerings.put("HardSigmoid", ActivationLowering::lowerHardSigmoid);
    lowerings.put("HardSwish", ActivationLowering::lowerHardSwish);
    lowerings.put("Softmax", ActivationLowering::lowerSoftmax);
    lowerings.put("MaxPool", PoolingLowering::lowerMaximum);
    lowerings.put("AveragePool", PoolingLowering::lowerAverage);
    lowerings.put("GlobalMaxPool", PoolingLowering::lowerGlobalMaximum);
    lowerings.put("GlobalAveragePool", PoolingLowering::lowerGlobalAverage);
    lowerings.put("ReduceMean", PoolingLowering::lowerMean);
    lowerings.put("Add", ElementwiseLowering::lowerAdd);
    lowerings.put("Sum", ElementwiseLowering::lowerAdd);
    lowerings.put("Sub", ElementwiseLowering::lowerSubtract);
    lowerings.put("Mul", ElementwiseLowering::lowerMultiply);
    lowerings.put("Div", ElementwiseLowering::lowerDivide);
    lowerings.put("Max", ElementwiseLowering::lowerMaximum);
    lowerings.put("Concat", SlicingLowering::lowerConcat);
    lowerings.put("Pad", SlicingLowering::lowerPad);
    lowerings.put("Slice", SlicingLowering::lowerSlice);
    lowerings.put("Split", SlicingLowering::lowerSplit);
    lowerings.put("Flatten", ShapeLowering::lowerFlatten);
    lowerings.put("Reshape", ShapeLowering::lowerReshape);
    lowerings.put("Squeeze", ShapeLowering::lowerSqueeze);
    lowerings.put("Unsqueeze", ShapeLowering::lowerUnsqueeze);
    lowerings.put("Transpose", ShapeLowering::lowerTranspose);
    lowerings.put("Dropout", ShapeLowering::lowerDropout);
    lowerings.put("Identity", ShapeLowering::lowerIdentity);
    lowerings.put("Cast", ShapeLowering::lowerCast);
    lowerings.put(
        "Shape",
        (node, graph) -> graph.defineConstant(node.output(0), ConstantFolding.shape(node, graph)));
    return lowerings;
  }

  private static Map<String, Lowering> quantized() {
    return Map.of(
        QuantizedOperators.LUT_CONV, QuantizedLowering::lowerConvolution,
        QuantizedOperators.LUT_GEMM, QuantizedLowering::lowerFullyConnected);
  }

  private static Map<String, Folding> foldings() {
    Map<String, Folding> foldings = new HashMap<>();
    foldings.put("Constant", ConstantFolding::constant);
    foldings.put("ConstantOfShape", ConstantFolding::constantOfShape);
    foldings.put("Shape", ConstantFolding::shape);
    foldings.put("Identity", ConstantFolding::identity);
    foldings.put("Cast", ConstantFolding::cast);
    foldings.put("Gather", ConstantFolding::gather);
    foldings.put("Concat", ConstantFolding::concat);
    foldings.put("Slice", ConstantFolding::slice);
    foldings.put("Transpose", ConstantFolding::transpose);
    foldings.put("Reshape", ConstantFolding::reshape);
    foldings.put("Squeeze", ConstantFolding::squeeze);
    foldings.put("Unsqueeze", ConstantFolding::unsqueeze);
    foldings.put("Add", ConstantArithmetic::add);
    foldings.put("Sub", ConstantArithmetic::subtract);
    foldings.put("Mul", ConstantArithmetic::multiply);
    foldings.put("Div", ConstantArithmetic::divide);
    return foldings;
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  static boolean supports(String domain, String type) {
    return isStandard(domain)
        ? STANDARD.containsKey(type) || FOLDINGS.containsKey(type)
        : domain.equals(QuantizedOperators.DOMAIN) && QUANTIZED.containsKey(type);
  }

  /** Returns how to compute a node of constants, or null if that is not supported. */
  static Folding folding(String domain, String type) {
    return isStandard(domain) ? FOLDINGS.get(type) : null;
  }

  /** Returns how to lower a node that depends on the image, or null if that is not supported. */
  static Lowering lowering(String domain, String type) {
    return (isStandard(domain) ? STANDARD : QUANTIZED).get(type);
  }

  /** Returns the names of all standard operators in alphabetical order. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>(STANDARD.keySet());
    names.addAll(FOLDINGS.keySet());
    return names;
  }
}
