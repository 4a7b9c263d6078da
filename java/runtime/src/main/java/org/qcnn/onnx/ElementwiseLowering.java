package org.qcnn.onnx;

import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Reshaping;
import org.qcnn.tensor.Shape;

/** Lowers elementwise functions of two and more inputs. */
final class ElementwiseLowering {
  private ElementwiseLowering() {}

  static void lowerAdd(OnnxNode node, GraphBuilder graph) {
    lower(Arithmetic.Kind.ADD, node, graph);
  }

  static void lowerSubtract(OnnxNode node, GraphBuilder graph) {
    lower(Arithmetic.Kind.SUBTRACT, node, graph);
  }

  static void lowerMultiply(OnnxNode node, GraphBuilder graph) {
    lower(Arithmetic.Kind.MULTIPLY, node, graph);
  }

  static void lowerDivide(OnnxNode node, GraphBuilder graph) {
    lower(Arithmetic.Kind.DIVIDE, node, graph);
  }

  static void lowerMaximum(OnnxNode node, GraphBuilder graph) {
    lower(Arithmetic.Kind.MAXIMUM, node, graph);
  }

  /** Lowers a node with any number of inputs, combined from the left. */
  private static void lower(Arithmetic.Kind kind, OnnxNode node, GraphBuilder graph) {
    String left = node.input(0);
    int last = node.inputCount() - 1;
    if (last == 0) {
      graph.add(node, new Reshaping(graph.shape(left)));
    }
    for (int input = 1; input <= last; input++) {
      String output = input == last ? node.output(0) : graph.fresh(node.output(0) + ".partial");
      List<String> inputs = operands(graph, left, node.input(input));
      graph.add(node, new Arithmetic(kind, Activation.NONE), inputs, output);
      left = output;
    }
  }

  /**
   * Returns two inputs as values that broadcast per image as ONNX broadcasts them per batch; at
   * least one must be an image value.
   */
  static List<String> operands(GraphBuilder graph, String left, String right) {
    if (graph.isConstant(left)) {
      return List.of(operand(graph, left, graph.shape(right).rank()), right);
    }
    int rank = graph.shape(left).rank();
    if (graph.isConstant(right)) {
      return List.of(left, operand(graph, right, rank));
    }
    if (graph.shape(right).rank() != rank) {
      throw new IllegalArgumentException(
          "its inputs "
              + graph.shape(left)
              + " and "
              + graph.shape(right)
              + " have different numbers of axes, so that it would mix the images of a batch");
    }
    return List.of(left, right);
  }

  /**
   * Returns a constant beside an image of the given rank, without the axis that meets the batch.
   */
  private static String operand(GraphBuilder graph, String name, int imageRank) {
    return graph.operand(name, imageShape(graph.constant(name), imageRank));
  }

  /** Returns the shape of a constant for each image. */
  static Shape imageShape(ConstantTensor constant, int imageRank) {
    int[] extents = constant.extents();
    if (extents.length <= imageRank) {
      return Shape.of(extents);
    }
    if (extents.length > imageRank + 1 || extents[0] != 1) {
      throw new IllegalArgumentException(
          "its constant " + Arrays.toString(extents) + " differs between the images of a batch");
    }
    return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
  }
}
