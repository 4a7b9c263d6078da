package org.qcnn.onnx;

import java.nio.FloatBuffer;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Lowers Conv. */
final class ConvolutionLowering {
  private ConvolutionLowering() {}

  static void lower(OnnxNode node, GraphBuilder graph) {
    Shape input = WindowAttributes.map(node, graph);
    Tensor weights = graph.constant(node.input(1)).tensor("the weights");
    Shape shape = weights.shape();
    // Each layer may get weights of its own when it is cleaned, even where the file shares them.
    graph.reserve(shape.count());
    if (shape.rank() != 4) {
      throw new IllegalArgumentException(
          "only two-dimensional convolutions are supported; its weights are " + shape);
    }
    int[] kernel = {shape.extent(2), shape.extent(3)};
    int[] declared =
        node.hasAttribute("kernel_shape") ? node.integers("kernel_shape", 2, 0) : kernel;
    if (declared[0] != kernel[0] || declared[1] != kernel[1]) {
      throw new IllegalArgumentException("its kernel_shape does not fit its weights, " + shape);
    }
    Window window = WindowAttributes.window(node, input, kernel);
    int groups = OnnxNode.toInt(node.integer("group", 1), "group");
    float[] bias = bias(node, 2, shape.extent(0), graph);
    graph.add(
        node, new Convolution(window, groups, new DenseWeights(weights), bias, Activation.NONE));
  }

  /** Returns the bias from an input that may be left out: {@code count} numbers. */
  static float[] bias(OnnxNode node, int input, int count, GraphBuilder graph) {
    graph.reserve(count);
    float[] bias = new float[count];
    if (node.hasInput(input)) {
      FloatBuffer values = graph.constant(node.input(input)).floats("the bias");
      if (values.remaining() != count) {
        throw new IllegalArgumentException(
            "it has " + count + " outputs, but " + values.remaining() + " biases");
      }
      values.get(bias);
    }
    return bias;
  }
}
