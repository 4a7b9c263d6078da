package org.qcnn.writer;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;

/** The way back from a quantized graph to a dense one that computes the same. */
public final class Decompression {
  private Decompression() {}

  /** Returns the graph with every quantized weight decoded; all else, metadata included, stays. */
  public static Graph decompress(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          node.operator().weights() instanceof QuantizedWeights weights
              ? node.with(dense(node.operator(), weights))
              : node);
    }
    return graph.withNodes(nodes);
  }

  private static Operator dense(Operator operator, QuantizedWeights quantized) {
    Weights weights = new DenseWeights(quantized.decode());
    if (operator instanceof Convolution layer) {
      return layer.with(weights, layer.bias());
    }
    FullyConnected layer = (FullyConnected) operator;
    return layer.with(weights, layer.bias());
  }
}
