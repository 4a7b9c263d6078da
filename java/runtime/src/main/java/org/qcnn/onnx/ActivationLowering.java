package org.qcnn.onnx;

import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Activation.Kind;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Softmax;
import org.qcnn.tensor.Shape;

/** Lowers functions of single values, PRelu, and Softmax. */
final class ActivationLowering {
  private ActivationLowering() {}

  static void lowerRelu(OnnxNode node, GraphBuilder graph) {
    graph.add(node, new Activate(Activation.RELU));
  }

  static void lowerLeakyRelu(OnnxNode node, GraphBuilder graph) {
    add(node, Kind.LEAKY_RELU, node.number("alpha", 0.01f), 0, graph);
  }

  static void lowerSigmoid(OnnxNode node, GraphBuilder graph) {
    add(node, Kind.SIGMOID, 0, 0, graph);
  }

  static void lowerHardSigmoid(OnnxNode node, GraphBuilder graph) {
    add(node, Kind.HARD_SIGMOID, node.number("alpha", 0.2f), node.number("beta", 0.5f), graph);
  }

  static void lowerHardSwish(OnnxNode node, GraphBuilder graph) {
    add(node, Kind.HARD_SWISH, 0, 0, graph);
  }

  private static void add(OnnxNode node, Kind kind, float a, float b, GraphBuilder graph) {
    graph.add(node, new Activate(new Activation(kind, a, b)));
  }

  static void lowerClip(OnnxNode node, GraphBuilder graph) {
    float least = bound(node, "min", 1, -Float.MAX_VALUE, graph);
    float most = bound(node, "max", 2, Float.MAX_VALUE, graph);
    if (Float.isNaN(least) || Float.isNaN(most)) {
      throw new IllegalArgumentException("its bounds are not numbers");
    }
    boolean isRelu = least == 0 && most >= Float.MAX_VALUE;
    Activation clip = isRelu ? Activation.RELU : new Activation(Kind.CLIP, least, most);
    graph.add(node, new Activate(clip));
  }

  /** Returns a bound of Clip: an attribute up to operator set 10, then an input. */
  private static float bound(
      OnnxNode node, String name, int input, float fallback, GraphBuilder graph) {
    if (node.hasInput(input)) {
      return graph.constant(node.input(input)).scalar(name);
    }
    return node.number(name, fallback);
  }

  static void lowerParametricRelu(OnnxNode node, GraphBuilder graph) {
    Shape shape = graph.shape(node.input(0));
    graph.constant(node.input(1));
    List<String> inputs = ElementwiseLowering.operands(graph, node.input(0), node.input(1));
    Arithmetic relu = new Arithmetic(Arithmetic.Kind.PARAMETRIC_RELU, Activation.NONE);
    graph.add(node, relu, inputs, node.output(0));
    if (!graph.shape(node.output(0)).equals(shape)) {
      throw new IllegalArgumentException("its slope does not fit its input, " + shape);
    }
  }

  /** Lowers Softmax: up to operator set 12 over all axes from one on, then over one axis. */
  static void lowerSoftmax(OnnxNode node, GraphBuilder graph) {
    int rank = graph.shape(node.input(0)).rank();
    boolean oneAxis = node.opset() >= 13;
    int axis = Strides.imageAxis(node.integer("axis", oneAxis ? -1 : 1), rank);
    graph.add(node, new Softmax(axis, oneAxis ? axis : rank - 1));
  }
}
