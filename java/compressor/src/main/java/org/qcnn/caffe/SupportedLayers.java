package org.qcnn.caffe;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.qcnn.caffe.proto.ConvolutionParameter;
import org.qcnn.caffe.proto.LRNParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.PoolingParameter;
import org.qcnn.graph.GraphException;

/** What can be imported: a lowering for each type of layer, and the options that have none. */
final class SupportedLayers {
  private static final Map<String, LayerLowering> LOWERINGS =
      Map.ofEntries(
          Map.entry("BatchNorm", AffineLayers::batchNorm),
          Map.entry("Bias", AffineLayers::bias),
          Map.entry("Concat", JoiningLayers::concat),
          Map.entry("Convolution", WindowLayers::convolution),
          Map.entry("Dropout", ShapeLayers::passThrough),
          Map.entry("Eltwise", JoiningLayers::eltwise),
          Map.entry("Flatten", ShapeLayers::flatten),
          Map.entry("InnerProduct", InnerProductLayer::lower),
          Map.entry("Input", ShapeLayers::input),
          Map.entry("LRN", ActivationLayers::localResponseNormalization),
          Map.entry("PReLU", ActivationLayers::parametricRelu),
          Map.entry("Pooling", WindowLayers::pooling),
          Map.entry("Power", AffineLayers::power),
          Map.entry("ReLU", ActivationLayers::relu),
          Map.entry("Reshape", ShapeLayers::reshape),
          Map.entry("Scale", AffineLayers::scale),
          Map.entry("Sigmoid", ActivationLayers::sigmoid),
          Map.entry("Softmax", ActivationLayers::softmax),
          Map.entry("Split", ShapeLayers::passThrough));

  private SupportedLayers() {}

  static LayerLowering lowering(LayerParameter layer) {
    return LOWERINGS.get(layer.getType());
  }

  /** Throws one exception that lists every layer that cannot be imported, and why. */
  static void check(List<LayerParameter> layers) {
    String refused =
        layers.stream()
            .filter(layer -> obstacle(layer) != null)
            .map(layer -> "\n  " + NetBuilder.describe(layer) + ": " + obstacle(layer))
            .collect(Collectors.joining());
    if (!refused.isEmpty()) {
      throw new GraphException(
          "these layers cannot be imported:"
              + refused
              + "\nSupported are "
              + String.join(", ", new TreeSet<>(LOWERINGS.keySet()))
              + ".");
    }
  }

  /** Returns why a layer cannot be imported, or null. */
  private static String obstacle(LayerParameter layer) {
    return switch (layer.getType()) {
      case "SoftmaxWithLoss" -> "this is a file for training; give the deploy.prototxt";
      case "Convolution" -> convolutionObstacle(layer.getConvolutionParam());
      case "Pooling" ->
          layer.getPoolingParam().getPool() == PoolingParameter.PoolMethod.STOCHASTIC
              ? "stochastic pooling is not supported"
              : null;
      case "LRN" ->
          layer.getLrnParam().getNormRegion() == LRNParameter.NormRegion.WITHIN_CHANNEL
              ? "normalization WITHIN_CHANNEL is not supported"
              : null;
      case "Power" ->
          layer.getPowerParam().getPower() == 1
              ? null
              : "a power of " + layer.getPowerParam().getPower() + " is not supported, only 1";
      case "Softmax" -> axisObstacle(layer.getSoftmaxParam().getAxis());
      case "InnerProduct" -> axisObstacle(layer.getInnerProductParam().getAxis());
      default -> LOWERINGS.containsKey(layer.getType()) ? null : "type is not supported";
    };
  }

  private static String convolutionObstacle(ConvolutionParameter convolution) {
    if (convolution.getKernelSizeCount() > 2) {
      return "only convolutions over height and width are supported";
    }
    return axisObstacle(convolution.getAxis());
  }

  private static String axisObstacle(int axis) {
    return axis == 1 ? null : "axis " + axis + " is not supported, only 1";
  }
}
