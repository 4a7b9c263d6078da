package org.qcnn.zoo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A network that grows layer by layer, each on top of the one before. Every layer writes a value of
 * its own name.
 */
final class LayerStack {
  private final String input;
  private final Shape inputShape;
  private final RandomWeights weights;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private String top;

  LayerStack(String input, Shape inputShape, long seed) {
    this.input = input;
    this.inputShape = inputShape;
    this.weights = new RandomWeights(seed);
    shapes.put(input, inputShape);
    top = input;
  }

  /** Adds a convolution with a square kernel, followed by a rectified linear unit. */
  LayerStack convolution(String name, int outputs, int kernel, int stride, int pad) {
    return convolution(name, outputs, kernel, stride, pad, 1);
  }

  /** Adds a convolution in groups, followed by a rectified linear unit. */
  LayerStack convolution(String name, int outputs, int kernel, int stride, int pad, int groups) {
    return convolution(name, outputs, kernel, stride, pad, groups, 1, Activation.RELU);
  }

  /** Adds a convolution without activation whose response is weaker by the factor {@code gain}. */
  LayerStack linearConvolution(
      String name, int outputs, int kernel, int stride, int pad, float gain) {
    return convolution(name, outputs, kernel, stride, pad, 1, gain, Activation.NONE);
  }

  private LayerStack convolution(
      String name,
      int outputs,
      int kernel,
      int stride,
      int pad,
      int groups,
      float gain,
      Activation activation) {
    Shape shape = Shape.of(outputs, shape().extent(0) / groups, kernel, kernel);
    Tensor values = weights.rectified(shape, gain);
    return add(
        name,
        new Convolution(
            Window.square(kernel, stride, pad),
            groups,
            new DenseWeights(values),
            weights.bias(outputs),
            activation));
  }

  /** Adds a fully-connected layer with a rectified linear unit; flattens a feature map. */
  LayerStack fullyConnected(String name, int outputs) {
    flatten();
    Tensor values = weights.rectified(Shape.of(outputs, shape().extent(0)), 1);
    return add(
        name, new FullyConnected(new DenseWeights(values), weights.bias(outputs), Activation.RELU));
  }

  /** Adds the last fully-connected layer, which has no activation; flattens a feature map. */
  LayerStack classes(String name, int outputs) {
    flatten();
    Tensor values = weights.linear(Shape.of(outputs, shape().extent(0)));
    return add(
        name, new FullyConnected(new DenseWeights(values), weights.bias(outputs), Activation.NONE));
  }

  private void flatten() {
    if (shape().rank() > 1) {
      add("flatten", new Reshaping(Shape.of(shape().count())));
    }
  }

  /** Adds a maximum pooling as Caffe counts it: what is left at the border gets a window too. */
  LayerStack maximum(String name, int kernel, int stride) {
    Window window = Window.square(kernel, stride, 0);
    return add(name, new Pooling(Pooling.Kind.MAXIMUM, window, true, false));
  }

  /** Adds a maximum pooling with padding, whose extents are rounded down. */
  LayerStack paddedMaximum(String name, int kernel, int stride, int pad) {
    Window window = Window.square(kernel, stride, pad);
    return add(name, new Pooling(Pooling.Kind.MAXIMUM, window, false, false));
  }

  LayerStack globalAverage(String name) {
    return add(name, new GlobalPooling(Pooling.Kind.AVERAGE));
  }

  /** Adds a local response normalization over five channels. */
  LayerStack normalization(String name, float alpha, float k) {
    return add(name, new LocalResponseNormalization(5, alpha, 0.75f, k));
  }

  /** Adds the sum of the top and another value, followed by a rectified linear unit. */
  LayerStack plus(String name, String other) {
    return add(name, new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), top, other);
  }

  LayerStack softmax(String name) {
    return add(name, new Softmax(0, 0));
  }

  private LayerStack add(String name, Operator operator) {
    return add(name, operator, top);
  }

  private LayerStack add(String name, Operator operator, String... inputs) {
    Node node = new Node(name, operator, List.of(inputs), name);
    nodes.add(node);
    shapes.put(name, operator.outputShape(node.inputs().stream().map(shapes::get).toList()));
    top = name;
    return this;
  }

  /** Returns the name of the value on top. */
  String top() {
    return top;
  }

  /** Returns the shape of the value on top. */
  Shape shape() {
    return shapes.get(top);
  }

  /** Goes on from an earlier value instead of the top. */
  LayerStack from(String value) {
    top = value;
    return this;
  }

  /** Returns the network, whose output is the top. */
  Graph build() {
    return new Graph(input, inputShape, nodes, List.of(top), Map.of());
  }
}
