package org.qcnn.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Moves activations that stand alone into the operator that alone feeds them. */
final class ActivationFusion {
  private ActivationFusion() {}

  static Graph apply(Graph graph) {
    Readers readers = new Readers(graph);
    Map<String, Integer> positions = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Integer position = node.operator() instanceof Activate ? positions.get(input(node)) : null;
      Operator fused =
          position == null || readers.onlyReader(input(node)) == null
              ? null
              : fused(nodes.get(position).operator(), (Activate) node.operator());
      if (fused == null) {
        positions.put(node.output(), nodes.size());
        nodes.add(node);
      } else {
        Node before = nodes.get(position);
        nodes.set(position, new Node(before.name(), fused, before.inputs(), node.output()));
        positions.put(node.output(), position);
      }
    }
    return graph.withNodes(nodes);
  }

  private static String input(Node node) {
    return node.inputs().get(0);
  }

  /** Returns the operator with the activation behind it, or null if it cannot take it in. */
  private static Operator fused(Operator operator, Activate activate) {
    Activation activation = activate.activation();
    if (operator instanceof WeightedOperator
        && ((WeightedOperator) operator).activation().isNone()) {
      return ((WeightedOperator) operator).with(activation);
    }
    if (operator instanceof Arithmetic && ((Arithmetic) operator).activation().isNone()) {
      return ((Arithmetic) operator).with(activation);
    }
    return null;
  }
}
