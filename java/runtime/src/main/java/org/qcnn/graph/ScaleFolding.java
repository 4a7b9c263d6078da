package org.qcnn.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Folds arithmetic with constants per channel, such as batch normalization, into the weights and
 * the bias of the dense layer before it. A whole run of such nodes is folded at once, in double
 * precision, so that the weights are rounded once.
 */
final class ScaleFolding {
  private final Graph graph;
  private final Readers readers;
  private final Map<String, Tensor> constants = new HashMap<>();
  private final Set<Node> folded = new HashSet<>();

  private ScaleFolding(Graph graph) {
    this.graph = graph;
    this.readers = new Readers(graph);
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Constant) {
        constants.put(node.output(), ((Constant) node.operator()).value());
      }
    }
  }

  static Graph apply(Graph graph) {
    return new ScaleFolding(graph).apply();
  }

  private Graph apply() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!folded.contains(node)) {
        nodes.add(takesFactors(node.operator()) ? withFollowers(node) : node);
      }
    }
    return graph.withNodes(nodes);
  }

  private static boolean takesFactors(Operator operator) {
    return operator.weights() instanceof DenseWeights
        && ((WeightedOperator) operator).activation().isNone();
  }

  /** Returns a layer that has taken in the nodes behind it which it can take in. */
  private Node withFollowers(Node layer) {
    ChannelScale scale = new ChannelScale(graph.shape(layer.output()));
    List<Node> followers = new ArrayList<>();
    Activation activation = Activation.NONE;
    String value = layer.output();
    for (Node next = readers.onlyReader(value);
        next != null && activation.isNone() && add(scale, next, value);
        next = readers.onlyReader(value)) {
      followers.add(next);
      activation = ((Arithmetic) next.operator()).activation();
      value = next.output();
    }
    WeightedOperator operator = (WeightedOperator) layer.operator();
    Operator scaled = followers.isEmpty() ? null : scaled(operator, scale, activation);
    if (scaled == null) {
      return layer;
    }
    folded.addAll(followers);
    return new Node(layer.name(), scaled, layer.inputs(), value);
  }

  /** Adds what a node does to {@code value}; returns false if it is nothing done per channel. */
  private boolean add(ChannelScale scale, Node node, String value) {
    if (!(node.operator() instanceof Arithmetic)) {
      return false;
    }
    boolean valueFirst = node.inputs().get(0).equals(value);
    Tensor constant = constants.get(node.inputs().get(valueFirst ? 1 : 0));
    Shape shape = graph.shape(value);
    return constant != null
        && graph.shape(node.output()).equals(shape)
        && scale.add(((Arithmetic) node.operator()).kind(), constant, valueFirst);
  }

  private static Operator scaled(
      WeightedOperator layer, ChannelScale scale, Activation activation) {
    Tensor weights = scale.weights(layer.weights().decode());
    float[] bias = scale.bias(layer.bias());
    return weights == null || bias == null
        ? null
        : layer.with(new DenseWeights(weights), bias).with(activation);
  }
}
