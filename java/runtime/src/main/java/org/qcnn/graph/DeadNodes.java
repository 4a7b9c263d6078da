package org.qcnn.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Drops nodes whose result nobody reads. */
final class DeadNodes {
  private DeadNodes() {}

  static Graph remove(Graph graph) {
    Set<String> read = new HashSet<>(graph.outputs());
    Deque<Node> kept = new ArrayDeque<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      if (read.contains(node.output())) {
        read.addAll(node.inputs());
        kept.addFirst(node);
      }
    }
    return graph.withNodes(new ArrayList<>(kept));
  }
}
