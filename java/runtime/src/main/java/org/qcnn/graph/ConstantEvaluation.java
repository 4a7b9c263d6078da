package org.qcnn.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Computes arithmetic on constants now instead of in every run. */
final class ConstantEvaluation {
  private ConstantEvaluation() {}

  static Graph apply(Graph graph) {
    Map<String, Tensor> constants = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Tensor value = evaluate(graph, node, constants);
      if (value == null) {
        nodes.add(node);
        continue;
      }
      constants.put(node.output(), value);
      boolean isNew = !(node.operator() instanceof Constant);
      nodes.add(
          isNew ? new Node(node.name(), new Constant(value), List.of(), node.output()) : node);
    }
    return graph.withNodes(nodes);
  }

  /** Returns what a node computes if that is known already, otherwise null. */
  private static Tensor evaluate(Graph graph, Node node, Map<String, Tensor> constants) {
    Operator operator = node.operator();
    if (operator instanceof Constant) {
      return ((Constant) operator).value();
    }
    List<Tensor> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(constants.get(input));
    }
    if (inputs.contains(null)) {
      return null;
    }
    if (operator instanceof Reshaping) {
      return inputs.get(0).reshaped(graph.shape(node.output()));
    }
    if (!(operator instanceof Arithmetic)) {
      return null;
    }
    Shape shape = graph.shape(node.output());
    // An outer product may be larger than all that the model file holds; that is left to the run.
    boolean grows =
        shape.count() > Math.max(inputs.get(0).shape().count(), inputs.get(1).shape().count());
    return grows ? null : compute((Arithmetic) operator, inputs.get(0), inputs.get(1), shape);
  }

  private static Tensor compute(Arithmetic arithmetic, Tensor a, Tensor b, Shape shape) {
    float[] results = new float[shape.count()];
    for (int i = 0; i < results.length; i++) {
      float x = a.value(source(i, shape, a.shape()));
      float y = b.value(source(i, shape, b.shape()));
      results[i] = arithmetic.activation().apply(arithmetic.apply(x, y));
    }
    return Tensor.over(shape, results);
  }

  /** Returns the flat index in a broadcast operand for a flat index in the result. */
  private static int source(int index, Shape result, Shape operand) {
    int source = 0;
    int stride = 1;
    int rest = index;
    for (int back = 1; back <= operand.rank(); back++) {
      int extent = operand.extent(operand.rank() - back);
      int resultExtent = result.extent(result.rank() - back);
      source += extent == 1 ? 0 : rest % resultExtent * stride;
      rest /= resultExtent;
      stride *= extent;
    }
    return source;
  }
}
