package org.qcnn.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who reads the values of a graph. */
final class Readers {
  private final Map<String, Node> onlyReaders = new HashMap<>();

  Readers(Graph graph) {
    Set<String> shared = new HashSet<>(graph.outputs());
    for (Node node : graph.nodes()) {
      for (String input : node.inputs()) {
        if (onlyReaders.put(input, node) != null) {
          shared.add(input);
        }
      }
    }
    onlyReaders.keySet().removeAll(shared);
  }

  /**
   * Returns the node that alone reads a value, and reads it once; null if there is none or the
   * value is an output of the graph.
   */
  Node onlyReader(String value) {
    return onlyReaders.get(value);
  }
}
