package org.qcnn.channels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.tensor.Tensor;

/**
 * The channels that one layer writes and only one other layer reads: inside the blocks of residual
 * networks, everywhere in networks without shortcuts. They may be put in another order, and, where
 * only rectified linear units and pooling lie between, be scaled: filters, biases and the reader's
 * weights change together, and the network computes the same as before. It costs nothing at run
 * time, and what comes after is easier to quantize.
 */
public final class HiddenChannels {
  private HiddenChannels() {}

  /**
   * Returns the same network with its hidden channels scaled and ordered.
   *
   * @param subCodewordSize the Cs' that a layer, by its node's name, will be quantized with; 0: it
   *     will not be
   */
  public static Graph arrange(Graph graph, ToIntFunction<String> subCodewordSize) {
    List<Node> nodes = new ArrayList<>(graph.nodes());
    for (int writer = 0; writer < nodes.size(); writer++) {
      Optional<Integer> reader = reader(graph, nodes, writer);
      if (reader.isPresent()) {
        int size = subCodewordSize.applyAsInt(nodes.get(reader.get()).name());
        if (size > 0 || subCodewordSize.applyAsInt(nodes.get(writer).name()) > 0) {
          arrange(nodes, writer, reader.get(), size);
        }
      }
    }
    return graph.withNodes(nodes);
  }

  /** Returns the only layer that reads a layer's channels, if they are hidden. */
  private static Optional<Integer> reader(Graph graph, List<Node> nodes, int writer) {
    if (!isWhole(nodes.get(writer))) {
      return Optional.empty();
    }
    String value = nodes.get(writer).output();
    while (true) {
      int reader = onlyReader(graph, nodes, value);
      if (reader < 0) {
        return Optional.empty();
      }
      if (isWhole(nodes.get(reader))) {
        return Optional.of(reader);
      }
      Operator between = nodes.get(reader).operator();
      boolean flattens =
          between instanceof Reshaping && graph.shape(nodes.get(reader).output()).rank() == 1;
      if (!flattens && !(between instanceof Pooling)) {
        return Optional.empty();
      }
      value = nodes.get(reader).output();
    }
  }

  private static int onlyReader(Graph graph, List<Node> nodes, String value) {
    if (graph.outputs().contains(value)) {
      return -1;
    }
    int found = -1;
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).inputs().contains(value)) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  /** Returns whether a node is a dense layer whose outputs each see all channels. */
  private static boolean isWhole(Node node) {
    boolean layer =
        node.operator() instanceof FullyConnected
            || (node.operator() instanceof Convolution convolution && convolution.groups() == 1);
    return layer && node.operator().weights() instanceof DenseWeights;
  }

  private static void arrange(List<Node> nodes, int writer, int reader, int size) {
    WeightedOperator first = (WeightedOperator) nodes.get(writer).operator();
    WeightedOperator second = (WeightedOperator) nodes.get(reader).operator();
    ChannelWeights filters = ChannelWeights.writtenBy(first);
    ChannelWeights slices = ChannelWeights.readBy(second, filters.channels());
    float[] scales = new float[filters.channels()];
    Arrays.fill(scales, 1f);
    if (isHomogeneous(first.activation())) {
      scales = ChannelScales.of(filters, slices);
    }
    filters.scale(scales, false);
    slices.scale(scales, true);
    // A channel that is a whole map of a flattened input fills subspaces by itself.
    boolean ordered =
        size > 1 && (second instanceof Convolution || slices.size() == outputs(second));
    int[] order =
        ordered ? ChannelOrdering.of(slices, size) : ChannelOrdering.same(filters.channels());
    float[] bias = first.bias();
    float[] arranged = new float[bias.length];
    for (int i = 0; i < bias.length; i++) {
      arranged[i] = bias[order[i]] * scales[order[i]];
    }
    filters.order(order);
    slices.order(order);
    nodes.set(writer, nodes.get(writer).with(first.with(weights(first, filters), arranged)));
    nodes.set(reader, nodes.get(reader).with(second.with(weights(second, slices), second.bias())));
  }

  private static int outputs(WeightedOperator layer) {
    return layer.weights().shape().extent(0);
  }

  private static DenseWeights weights(WeightedOperator layer, ChannelWeights channels) {
    return new DenseWeights(Tensor.over(layer.weights().shape(), channels.toArray()));
  }

  /** Returns whether f(s x) = s f(x) for s > 0. */
  private static boolean isHomogeneous(Activation activation) {
    return switch (activation.kind) {
      case NONE, RELU, LEAKY_RELU -> true;
      default -> false;
    };
  }
}
