package org.qcnn.writer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The constant values of a graph. An initializer has no batch axis. Arithmetic broadcasts over the
 * missing axis; for every other reader the constant is repeated for each image of the batch.
 */
final class ConstantValues {
  private final Graph graph;
  private final OnnxGraphBuilder onnx;
  private final Map<String, String> initializers = new HashMap<>();
  private final Map<String, String> repeated = new HashMap<>();

  ConstantValues(Graph graph, OnnxGraphBuilder onnx) {
    this.graph = graph;
    this.onnx = onnx;
  }

  /** Writes a constant; an output of the graph has to have the batch axis. */
  void add(Node node, Tensor value) {
    if (graph.outputs().contains(node.output())) {
      initializers.put(node.output(), onnx.floats(node.output() + ".value", value));
      repeat(node.output(), node.output());
    } else {
      initializers.put(node.output(), onnx.add(Initializer.floats(node.output(), value)));
    }
  }

  boolean contains(String value) {
    return initializers.containsKey(value);
  }

  /** Returns the name of the initializer, which has no batch axis. */
  String initializer(String value) {
    return initializers.get(value);
  }

  /** Returns {@code value}, or if it is a constant the name of its form with a batch axis. */
  String withBatchAxis(String value) {
    if (contains(value) && !repeated.containsKey(value)) {
      repeat(value, onnx.freshName(value + ".repeated"));
    }
    return repeated.getOrDefault(value, value);
  }

  private void repeat(String value, String output) {
    Shape shape = graph.shape(value);
    String batch = onnx.freshName(value + ".batch");
    onnx.node(
        batch,
        "Shape",
        List.of(graph.input()),
        batch,
        Attributes.integer("start", 0),
        Attributes.integer("end", 1));
    long[] extents = new long[shape.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = shape.extent(axis);
    }
    String image = onnx.integers(value + ".extents", extents);
    String all = onnx.freshName(value + ".shape");
    onnx.node(all, "Concat", List.of(batch, image), all, Attributes.integer("axis", 0));
    onnx.node(value + ".repeat", "Expand", List.of(initializer(value), all), output);
    repeated.put(value, output);
  }
}
