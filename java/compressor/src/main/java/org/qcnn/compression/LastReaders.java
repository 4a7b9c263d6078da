package org.qcnn.compression;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;

/** When the values of a network are read for the last time, so that they can be let go. */
final class LastReaders {
  private final Map<String, Integer> nodes = new HashMap<>();

  LastReaders(Graph graph) {
    // A reshaped value is the same numbers under another name: its readers read the original.
    Map<String, String> originals = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      for (String input : node.inputs()) {
        nodes.put(originals.getOrDefault(input, input), i);
      }
      if (node.operator() instanceof Reshaping) {
        String input = node.inputs().get(0);
        originals.put(node.output(), originals.getOrDefault(input, input));
      }
    }
  }

  /** Returns the values that no node behind node number {@code index} reads, but it does. */
  List<String> valuesReadLastBy(int index) {
    return nodes.entrySet().stream()
        .filter(value -> value.getValue() == index)
        .map(Map.Entry::getKey)
        .toList();
  }
}
