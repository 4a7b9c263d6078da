package org.qcnn.caffe;

import org.qcnn.caffe.proto.ConcatParameter;
import org.qcnn.caffe.proto.EltwiseParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.tensor.Shape;

/** Layers that make one value of several: Concat and Eltwise. */
final class JoiningLayers {
  private JoiningLayers() {}

  static void concat(LayerParameter layer, NetBuilder net) {
    ConcatParameter parameter = layer.getConcatParam();
    String[] inputs = inputs(layer, net);
    int axis = parameter.hasConcatDim() ? parameter.getConcatDim() : parameter.getAxis();
    Concatenation operator = new Concatenation(AffineLayers.imageAxis(axis, net.shape(inputs[0])));
    net.top(layer, operator, inputs);
  }

  static void eltwise(LayerParameter layer, NetBuilder net) {
    EltwiseParameter parameter = layer.getEltwiseParam();
    String[] inputs = inputs(layer, net);
    checkSameShape(inputs, net);
    Arithmetic operator = operator(parameter.getOperation());
    if (inputs.length < 2) {
      throw new IllegalArgumentException("needs at least two bottoms");
    }
    if (parameter.getCoeffCount() > 0) {
      multiply(layer, net, inputs);
    }
    String joined = inputs[0];
    for (int i = 1; i < inputs.length - 1; i++) {
      joined = net.step(layer, "part" + i, operator, joined, inputs[i]);
    }
    net.top(layer, operator, joined, inputs[inputs.length - 1]);
  }

  /** Replaces each input of a sum by its product with its coefficient. */
  private static void multiply(LayerParameter layer, NetBuilder net, String[] inputs) {
    EltwiseParameter parameter = layer.getEltwiseParam();
    if (parameter.getOperation() != EltwiseParameter.EltwiseOp.SUM
        || parameter.getCoeffCount() != inputs.length) {
      throw new IllegalArgumentException(
          "expected one coeff for each of "
              + inputs.length
              + " bottoms of a SUM, found "
              + parameter.getCoeffCount()
              + " for "
              + parameter.getOperation());
    }
    for (int i = 0; i < inputs.length; i++) {
      float coefficient = parameter.getCoeff(i);
      if (coefficient != 1) {
        String factor = net.constant(layer, "coeff" + i, Shape.of(1), coefficient);
        inputs[i] = net.step(layer, "term" + i, AffineLayers.MULTIPLY, inputs[i], factor);
      }
    }
  }

  private static Arithmetic operator(EltwiseParameter.EltwiseOp operation) {
    return switch (operation) {
      case PROD -> AffineLayers.MULTIPLY;
      case SUM -> AffineLayers.ADD;
      case MAX -> new Arithmetic(Arithmetic.Kind.MAXIMUM, Activation.NONE);
    };
  }

  /** The graph would repeat extents of 1, Caffe does not. */
  private static void checkSameShape(String[] inputs, NetBuilder net) {
    for (String input : inputs) {
      if (!net.shape(input).equals(net.shape(inputs[0]))) {
        throw new IllegalArgumentException(
            "cannot combine bottoms of " + net.shape(inputs[0]) + " and " + net.shape(input));
      }
    }
  }

  private static String[] inputs(LayerParameter layer, NetBuilder net) {
    String[] inputs = new String[layer.getBottomCount()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = net.bottom(layer, i);
    }
    if (inputs.length == 0) {
      throw new IllegalArgumentException("has no bottom");
    }
    return inputs;
  }
}
