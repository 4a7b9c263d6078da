package org.qcnn.onnx;

import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Lowers Gemm and MatMul to fully-connected layers. */
final class FullyConnectedLowering {
  private FullyConnectedLowering() {}

  static void lowerGemm(OnnxNode node, GraphBuilder graph) {
    checkVector(node, graph);
    if (node.flag("transA")) {
      throw new IllegalArgumentException("transA would mix the images of a batch");
    }
    Tensor weights = weights(node, node.flag("transB"), graph);
    float alpha = node.number("alpha", 1);
    if (alpha != 1) {
      weights = scaled(weights, alpha);
    }
    float[] bias = gemmBias(node, weights.shape().extent(0), graph);
    graph.add(node, new FullyConnected(new DenseWeights(weights), bias, Activation.NONE));
  }

  static void lowerMatMul(OnnxNode node, GraphBuilder graph) {
    checkVector(node, graph);
    Tensor weights = weights(node, false, graph);
    int outputs = weights.shape().extent(0);
    graph.reserve(outputs);
    // An addition that follows becomes the bias when the graph is cleaned.
    graph.add(
        node, new FullyConnected(new DenseWeights(weights), new float[outputs], Activation.NONE));
  }

  private static void checkVector(OnnxNode node, GraphBuilder graph) {
    Shape input = graph.shape(node.input(0));
    if (input.rank() != 1) {
      throw new IllegalArgumentException(
          "its first input must be one vector per image (batch, features); here an image is "
              + input
              + "; flatten it first");
    }
  }

  /** Returns the weights as {@code [outputs, inputs]}. */
  private static Tensor weights(OnnxNode node, boolean outputsFirst, GraphBuilder graph) {
    String name = node.input(1);
    ConstantTensor matrix = graph.constant(name);
    if (matrix.rank() != 2) {
      throw new IllegalArgumentException(
          "its weights must be a matrix, but have " + matrix.rank() + " axes");
    }
    // Each layer may get weights of its own, even where the file shares them.
    graph.reserve(matrix.count());
    return outputsFirst ? matrix.tensor("the weights") : graph.transposed(name);
  }

  private static Tensor scaled(Tensor weights, float factor) {
    float[] values = weights.toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return Tensor.over(weights.shape(), values);
  }

  /** Returns beta times C, which ONNX broadcasts to [batch, outputs]. */
  private static float[] gemmBias(OnnxNode node, int outputs, GraphBuilder graph) {
    graph.reserve(outputs);
    float[] bias = new float[outputs];
    if (!node.hasInput(2)) {
      return bias;
    }
    ConstantTensor addend = graph.constant(node.input(2));
    List<Integer> lastAxis = List.of(1, outputs);
    boolean fits = addend.rank() == 0 || lastAxis.contains(addend.extent(addend.rank() - 1));
    if (!fits || addend.rank() > 2 || (addend.rank() == 2 && addend.extent(0) != 1)) {
      throw new IllegalArgumentException(
          "its input C must be one number per output or one for all " + outputs);
    }
    FloatBuffer values = addend.floats("its input C");
    float beta = node.number("beta", 1);
    for (int i = 0; i < outputs; i++) {
      bias[i] = beta * values.get(values.remaining() == 1 ? 0 : i);
    }
    return bias;
  }
}
