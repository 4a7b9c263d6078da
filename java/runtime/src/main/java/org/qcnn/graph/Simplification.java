package org.qcnn.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.tensor.Tensor;

/**
 * Drops nodes that return their input as it is, such as multiplications by 1 and reshapings to the
 * same shape, and lets a reshaping read what a reshaping before it has read.
 */
final class Simplification {
  private final Graph graph;
  private final Set<String> outputs;
  private final Map<String, Node> writers = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  private Simplification(Graph graph) {
    this.graph = graph;
    this.outputs = new HashSet<>(graph.outputs());
  }

  static Graph apply(Graph graph) {
    return new Simplification(graph).simplified();
  }

  private Graph simplified() {
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Node direct = skipReshaping(node);
      String same = unchangedInput(direct);
      if (same == null || !rename(direct.output(), current(same))) {
        kept.add(direct);
        writers.put(direct.output(), direct);
      }
    }
    List<Node> nodes = new ArrayList<>();
    for (Node node : kept) {
      nodes.add(
          new Node(node.name(), node.operator(), current(node.inputs()), current(node.output())));
    }
    return graph.withNodes(nodes);
  }

  /** Returns the name that a value has by now. */
  private String current(String value) {
    String name = value;
    while (renamed.containsKey(name)) {
      name = renamed.get(name);
    }
    return name;
  }

  private List<String> current(List<String> values) {
    List<String> names = new ArrayList<>();
    for (String value : values) {
      names.add(current(value));
    }
    return names;
  }

  /**
   * Makes one value of two equal ones. An output keeps its name, so that its input is renamed
   * instead; that fails, and returns false, if the input has a name to keep as well.
   */
  private boolean rename(String output, String input) {
    if (!outputs.contains(output)) {
      renamed.put(output, input);
      return true;
    }
    if (input.equals(graph.input()) || outputs.contains(input)) {
      return false;
    }
    renamed.put(input, output);
    // Whoever wrote the input is found by its new name, too.
    writers.put(output, writers.get(input));
    return true;
  }

  private Node skipReshaping(Node node) {
    if (!(node.operator() instanceof Reshaping)) {
      return node;
    }
    Node before = writers.get(current(node.inputs().get(0)));
    boolean reshapes = before != null && before.operator() instanceof Reshaping;
    return reshapes ? new Node(node.name(), node.operator(), before.inputs(), node.output()) : node;
  }

  /** Returns the input that a node returns as it is, or null. */
  private String unchangedInput(Node node) {
    Operator operator = node.operator();
    if (operator instanceof Arithmetic) {
      return unchangedOperand(node, (Arithmetic) operator);
    }
    if (node.inputs().size() != 1 || !keepsElements(operator)) {
      return null;
    }
    String input = node.inputs().get(0);
    return graph.shape(input).equals(graph.shape(node.output())) ? input : null;
  }

  /** Returns whether an operator does nothing if its output has the shape of its only input. */
  private static boolean keepsElements(Operator operator) {
    if (operator instanceof Transposition) {
      int[] permutation = ((Transposition) operator).permutation();
      int[] sorted = permutation.clone();
      Arrays.sort(sorted);
      return Arrays.equals(permutation, sorted);
    }
    return operator instanceof Reshaping
        || operator instanceof Slicing
        || operator instanceof Padding
        || operator instanceof Concatenation
        || (operator instanceof Activate && ((Activate) operator).activation().isNone());
  }

  private String unchangedOperand(Node node, Arithmetic arithmetic) {
    if (!arithmetic.activation().isNone()) {
      return null;
    }
    String left = node.inputs().get(0);
    String right = node.inputs().get(1);
    switch (arithmetic.kind()) {
      case ADD:
        return beside(node, left, right, 0) ? left : beside(node, right, left, 0) ? right : null;
      case MULTIPLY:
        return beside(node, left, right, 1) ? left : beside(node, right, left, 1) ? right : null;
      case SUBTRACT:
        return beside(node, left, right, 0) ? left : null;
      case DIVIDE:
        return beside(node, left, right, 1) ? left : null;
      default:
        return null;
    }
  }

  /** Returns whether a value meets a constant of nothing but {@code neutral} numbers. */
  private boolean beside(Node node, String value, String constant, float neutral) {
    Node writer = writers.get(current(constant));
    return writer != null
        && writer.operator() instanceof Constant
        && graph.shape(value).equals(graph.shape(node.output()))
        && holdsOnly(((Constant) writer.operator()).value(), neutral);
  }

  private static boolean holdsOnly(Tensor tensor, float number) {
    for (int i = 0; i < tensor.shape().count(); i++) {
      if (tensor.value(i) != number) {
        return false;
      }
    }
    return true;
  }
}
