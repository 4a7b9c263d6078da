package org.qcnn.gradient;

import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;

/** Finds the scores of a classifier before its softmax. */
public final class Logits {
  private Logits() {}

  /** Returns the value that the first output's softmax reads; without one, the output itself. */
  public static String of(Graph graph) {
    String value = graph.outputs().get(0);
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (!node.output().equals(value)) {
        continue;
      }
      if (node.operator() instanceof Softmax softmax) {
        String scores = node.inputs().get(0);
        var shape = graph.shape(scores);
        boolean overAll = shape.count(softmax.firstAxis(), softmax.lastAxis() + 1) == shape.count();
        return overAll ? scores : graph.outputs().get(0);
      }
      if (!(node.operator() instanceof Reshaping)) {
        break;
      }
      value = node.inputs().get(0);
    }
    return graph.outputs().get(0);
  }
}
