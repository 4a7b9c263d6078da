package org.qcnn.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;

/**
 * Concatenations that need no copies: their inputs lie one behind the other in the result, and
 * whoever computes one writes it there. That takes a batch of one image, an outermost axis, and
 * inputs that are computed for this concatenation only.
 */
final class Joins {
  private final Model model;
  private final Map<String, Integer> uses = new HashMap<>();
  private final Set<String> computed = new HashSet<>();
  private final Map<String, Part> parts = new HashMap<>();
  private final Set<Node> joined = new HashSet<>();

  /** Finds the concatenations of a model that need no copies for this batch. */
  Joins(Model model, int batch) {
    this.model = model;
    for (Model.Step step : model.steps()) {
      computed.add(step.node.output());
      countUses(step.node.inputs());
    }
    countUses(model.graph().outputs());
    // From the last to the first: a result that is itself joined to others has its place already.
    for (int i = model.steps().size() - 1; i >= 0 && batch == 1; i--) {
      Node node = model.steps().get(i).node;
      if (canJoin(node)) {
        join(node);
      }
    }
  }

  private void countUses(List<String> values) {
    for (String value : values) {
      String storage = model.storage(value);
      uses.put(storage, uses(storage) + 1);
    }
  }

  private boolean canJoin(Node node) {
    if (!(node.operator() instanceof Concatenation)) {
      return false;
    }
    int axis = ((Concatenation) node.operator()).axis();
    return model.graph().shape(node.output()).count(0, axis) == 1
        && node.inputs().stream().allMatch(input -> computed.contains(input) && uses(input) == 1);
  }

  private int uses(String value) {
    return uses.getOrDefault(value, 0);
  }

  private void join(Node node) {
    joined.add(node);
    Graph graph = model.graph();
    String block = block(node.output());
    long offset = offset(node.output());
    for (String input : node.inputs()) {
      parts.put(input, new Part(block, offset));
      offset += (long) graph.shape(input).count() * Float.BYTES;
    }
  }

  /** Returns whether nothing is left to do in this node. */
  boolean isJoined(Node node) {
    return joined.contains(node);
  }

  /** Returns the value in whose block this one lies: mostly itself. */
  String block(String value) {
    Part part = parts.get(value);
    return part == null ? value : part.block;
  }

  /** Returns where in its block a value begins, in bytes. */
  long offset(String value) {
    Part part = parts.get(value);
    return part == null ? 0 : part.offset;
  }

  private static final class Part {
    final String block;
    final long offset;

    Part(String block, long offset) {
      this.block = block;
      this.offset = offset;
    }
  }
}
