package org.qcnn.gradient;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;

/** The nodes that a value of a network depends on. */
final class NeededNodes {
  private NeededNodes() {}

  /** Returns them in running order. */
  static List<Node> of(Graph graph, String value) {
    Map<String, Node> writers = new HashMap<>();
    graph.nodes().forEach(node -> writers.put(node.output(), node));
    Set<Node> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      Node writer = writers.get(open.pop());
      if (writer != null && needed.add(writer)) {
        open.addAll(writer.inputs());
      }
    }
    return graph.nodes().stream().filter(needed::contains).toList();
  }
}
