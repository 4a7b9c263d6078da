package org.qcnn.compression;

import java.util.Map;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Estimates how long a layer would take on this machine, one image on one thread, by the cost model
 * of its kernels. Fully-connected layers are bound by what they read from memory.
 */
final class LayerTime {
  // Measured, docs/kernels.md: dense weights as they stream from memory, codes as they are
  // shuffled.
  private static final double DENSE_BYTES_PER_MILLISECOND = 12e6;
  private static final double CODES_PER_MILLISECOND = 40e6;
  private static final double TABLE_PRODUCTS_PER_MILLISECOND = 20e6;

  private final Node node;
  private final Shape weights;
  private final Shape input;
  private final Optional<ConvolutionCost> cost;

  LayerTime(Graph graph, Node node) {
    this.node = node;
    this.weights = node.operator().weights().shape();
    this.input = graph.shape(node.inputs().get(0));
    this.cost = KernelSet.best().cost();
  }

  /** Returns the time of the layer with dense weights, in milliseconds. */
  double dense() {
    if (node.operator() instanceof Convolution layer && cost.isPresent()) {
      return cost.get().denseMilliseconds(layer, input);
    }
    return 4.0 * weights.count() / DENSE_BYTES_PER_MILLISECOND;
  }

  /**
   * Returns the time of the layer with a setting, the way that the engine would choose, in
   * milliseconds. With 16-bit operands: whether it will have 8-bit ones, which take less, is not
   * known yet.
   */
  double quantized(LayerSetting setting) {
    if (node.operator() instanceof Convolution layer && cost.isPresent()) {
      Convolution quantized = layer.with(blank(setting), layer.bias());
      Map<Way, Double> times = cost.get().milliseconds(quantized, input);
      return times.get(ConvolutionCost.fastest(quantized, times));
    }
    double channels = weights.extent(1);
    return weights.count() / (double) setting.subCodewordSize() / CODES_PER_MILLISECOND
        + channels * setting.subCodewords() / TABLE_PRODUCTS_PER_MILLISECOND;
  }

  /** Returns weights of the right shape, which say nothing. */
  private QuantizedWeights blank(LayerSetting setting) {
    int size = setting.subCodewordSize();
    int subspaces = (weights.extent(1) + size - 1) / size;
    int words = setting.subCodewords();
    byte[] codes = new byte[weights.extent(0) * weights.count(2, weights.rank()) * subspaces];
    ScaledBytes zeros =
        new ScaledBytes(
            java.nio.ByteBuffer.allocate(words * size), new float[subspaces], words * size);
    return new QuantizedWeights(
        weights, Tensor.overBytes(Shape.of(subspaces, words, size), zeros), codes, 1, 1);
  }
}
