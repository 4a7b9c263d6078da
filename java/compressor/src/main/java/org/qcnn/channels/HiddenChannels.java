package org.qcnn.channels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.tensor.Tensor;

/**
 * The channels between layers, which nobody outside of the network sees. They may be put in another
 * order, and, where only rectified linear units, additions and pooling lie between, be scaled:
 * filters, biases and the readers' weights change together, and the network computes the same as
 * before. It costs nothing at run time, and what comes after is easier to quantize.
 */
public final class HiddenChannels {
  private final List<Node> nodes;
  private final ToIntFunction<String> subCodewordSize;

  private HiddenChannels(List<Node> nodes, ToIntFunction<String> subCodewordSize) {
    this.nodes = nodes;
    this.subCodewordSize = subCodewordSize;
  }

  /**
   * Returns the same network with its hidden channels scaled and ordered.
   *
   * @param subCodewordSize the Cs' that a layer, by its node's name, will be quantized with; 0: it
   *     will not be
   */
  public static Graph arrange(Graph graph, ToIntFunction<String> subCodewordSize) {
    HiddenChannels channels = new HiddenChannels(new ArrayList<>(graph.nodes()), subCodewordSize);
    ChannelSpaces.of(graph).forEach(channels::arrange);
    return graph.withNodes(channels.nodes);
  }

  private void arrange(ChannelSpace space) {
    boolean readsQuantized = space.readers().stream().anyMatch(i -> size(i) > 0);
    boolean writesQuantized = space.writers().stream().anyMatch(i -> size(i) > 0);
    if (!readsQuantized && !writesQuantized) {
      return;
    }
    int channels = layer(space.writers().get(0)).bias().length;
    float[] scales = new float[channels];
    Arrays.fill(scales, 1f);
    if (space.isHomogeneous()) {
      scales = ChannelScales.of(written(space), read(space, channels));
    }
    change(space, scales, order(space, scales));
  }

  /** Returns the order that suits the largest of the quantized readers best. */
  private int[] order(ChannelSpace space, float[] scales) {
    int channels = scales.length;
    List<Integer> ordered =
        space.readers().stream().filter(reader -> isOrdered(reader, channels)).toList();
    int size = 0;
    int most = 0;
    for (int reader : ordered) {
      int weights = layer(reader).weights().shape().count();
      if (weights > most) {
        most = weights;
        size = size(reader);
      }
    }
    if (ordered.isEmpty()) {
      return ChannelOrdering.same(channels);
    }
    return ChannelOrdering.of(
        ordered.stream()
            .map(reader -> ChannelWeights.readBy(layer(reader), channels).divided(scales))
            .toList(),
        size);
  }

  /** A channel that is a whole map of a flattened input fills subspaces by itself. */
  private boolean isOrdered(int reader, int channels) {
    boolean one =
        layer(reader) instanceof Convolution
            || layer(reader).weights().shape().extent(1) == channels;
    return size(reader) > 1 && one;
  }

  private void change(ChannelSpace space, float[] scales, int[] order) {
    for (int writer : space.writers()) {
      WeightedOperator layer = layer(writer);
      ChannelWeights filters = ChannelWeights.writtenBy(layer).multiplied(scales);
      float[] bias = layer.bias();
      float[] changed = new float[bias.length];
      for (int i = 0; i < bias.length; i++) {
        changed[i] = bias[order[i]] * scales[order[i]];
      }
      put(writer, layer, filters.inOrder(order), changed);
    }
    for (int reader : space.readers()) {
      WeightedOperator layer = layer(reader);
      ChannelWeights slices = ChannelWeights.readBy(layer, order.length).divided(scales);
      put(reader, layer, slices.inOrder(order), layer.bias());
    }
  }

  private void put(int index, WeightedOperator layer, float[] weights, float[] bias) {
    DenseWeights dense = new DenseWeights(Tensor.over(layer.weights().shape(), weights));
    nodes.set(index, nodes.get(index).with(layer.with(dense, bias)));
  }

  private List<ChannelWeights> written(ChannelSpace space) {
    return space.writers().stream().map(i -> ChannelWeights.writtenBy(layer(i))).toList();
  }

  private List<ChannelWeights> read(ChannelSpace space, int channels) {
    return space.readers().stream().map(i -> ChannelWeights.readBy(layer(i), channels)).toList();
  }

  private WeightedOperator layer(int index) {
    return (WeightedOperator) nodes.get(index).operator();
  }

  private int size(int index) {
    return subCodewordSize.applyAsInt(nodes.get(index).name());
  }
}
