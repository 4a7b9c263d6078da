package org.qcnn.channels;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.tensor.Shape;

/** Finds the channels of a network that nothing but its own layers knows. */
final class ChannelSpaces {
  private final Graph graph;
  // From a value to one of the same space; a value that leads to itself stands for its space.
  private final Map<String, String> leads = new HashMap<>();
  private final Set<String> fixed = new HashSet<>();
  private final Set<String> inhomogeneous = new HashSet<>();

  private ChannelSpaces(Graph graph) {
    this.graph = graph;
  }

  /** Returns the spaces whose channels may change places. */
  static List<ChannelSpace> of(Graph graph) {
    ChannelSpaces spaces = new ChannelSpaces(graph);
    spaces.fixed.add(graph.input());
    spaces.fixed.addAll(graph.outputs());
    graph.nodes().forEach(spaces::note);
    return spaces.collect();
  }

  private void note(Node node) {
    Operator operator = node.operator();
    if (operator instanceof WeightedOperator layer) {
      if (!isWhole(node)) {
        fixed.add(node.inputs().get(0));
        fixed.add(node.output());
      }
      noteActivation(node, layer.activation());
    } else if (operator instanceof Activate activate) {
      join(node);
      noteActivation(node, activate.activation());
    } else if (operator instanceof Arithmetic arithmetic && addsMaps(node, arithmetic)) {
      join(node);
      noteActivation(node, arithmetic.activation());
    } else if (operator instanceof Pooling || operator instanceof GlobalPooling || flattens(node)) {
      join(node);
    } else {
      fixed.addAll(node.inputs());
      fixed.add(node.output());
    }
  }

  /** Returns whether a node is a dense layer whose outputs each see all channels. */
  private static boolean isWhole(Node node) {
    boolean layer =
        node.operator() instanceof FullyConnected
            || (node.operator() instanceof Convolution convolution && convolution.groups() == 1);
    return layer && node.operator().weights() instanceof DenseWeights;
  }

  private boolean addsMaps(Node node, Arithmetic arithmetic) {
    return arithmetic.kind() == Arithmetic.Kind.ADD
        && node.inputs().stream()
            .allMatch(input -> graph.shape(input).equals(graph.shape(node.output())));
  }

  /** Channels stay together where a map becomes a row: each is a run of its pixels. */
  private boolean flattens(Node node) {
    return node.operator() instanceof Reshaping && graph.shape(node.output()).rank() == 1;
  }

  private void noteActivation(Node node, Activation activation) {
    switch (activation.kind) {
      case NONE, RELU, LEAKY_RELU -> {}
      default -> inhomogeneous.add(node.output());
    }
  }

  private void join(Node node) {
    for (String input : node.inputs()) {
      leads.put(space(input), space(node.output()));
    }
  }

  private String space(String value) {
    String at = value;
    while (!leads.getOrDefault(at, at).equals(at)) {
      at = leads.get(at);
    }
    return at;
  }

  private List<ChannelSpace> collect() {
    Set<String> known = new HashSet<>();
    fixed.forEach(value -> known.add(space(value)));
    Set<String> unscaled = new HashSet<>();
    inhomogeneous.forEach(value -> unscaled.add(space(value)));
    Map<String, List<Integer>> writers = new LinkedHashMap<>();
    Map<String, List<Integer>> readers = new HashMap<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      if (node.operator() instanceof WeightedOperator) {
        String written = space(node.output());
        String read = space(node.inputs().get(0));
        writers.computeIfAbsent(written, key -> new ArrayList<>()).add(i);
        readers.computeIfAbsent(read, key -> new ArrayList<>()).add(i);
      }
    }
    List<ChannelSpace> spaces = new ArrayList<>();
    writers.forEach(
        (space, layers) -> {
          List<Integer> reading = readers.getOrDefault(space, List.of());
          if (!known.contains(space) && !reading.isEmpty() && fit(layers, reading)) {
            spaces.add(new ChannelSpace(layers, reading, !unscaled.contains(space)));
          }
        });
    return spaces;
  }

  /** A flattened map may be added to a row whose every number is a channel of its own. */
  private boolean fit(List<Integer> writers, List<Integer> readers) {
    int channels = weights(writers.get(0)).extent(0);
    return writers.stream().allMatch(i -> weights(i).extent(0) == channels)
        && readers.stream().allMatch(i -> weights(i).extent(1) % channels == 0);
  }

  private Shape weights(int node) {
    return graph.nodes().get(node).operator().weights().shape();
  }
}
