package org.qcnn.compression;

import java.util.Optional;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.training.TrainedLayer;

/**
 * What became of one layer.
 *
 * @param name its node
 * @param kind Convolution or FullyConnected
 * @param weights the shape of its weights
 * @param setting how it is quantized; empty if it stayed dense
 * @param errors of its response; empty if it stayed dense, or was quantized before
 * @param samples the samples of inputs that it was trained on, 0 if it was not
 * @param denseBytes of weights and bias as 32-bit floats
 * @param bytes of weights or codes and codebooks, and bias, in the file
 * @param denseMultiplyAdds of the dense layer for one image
 * @param lookupOperations multiply-adds of table building plus additions of look-ups, one image
 */
public record LayerReport(
    String name,
    String kind,
    Shape weights,
    Optional<LayerSetting> setting,
    Optional<TrainedLayer.Errors> errors,
    int samples,
    long denseBytes,
    long bytes,
    long denseMultiplyAdds,
    long lookupOperations) {

  /** Returns the report on a layer as it is now. */
  static LayerReport of(
      Graph graph, Node layer, Optional<TrainedLayer.Errors> errors, int samples) {
    long multiplyAdds = layer.operator().multiplyAdds(graph.inputShapes(layer));
    boolean isQuantized = layer.operator().weights() instanceof QuantizedWeights;
    return new LayerReport(
        layer.name(),
        layer.operator().name(),
        layer.operator().weights().shape(),
        isQuantized ? Optional.of(setting(layer)) : Optional.empty(),
        errors,
        samples,
        WeightBytes.dense(layer.operator()),
        WeightBytes.of(layer.operator()),
        multiplyAdds,
        isQuantized ? lookupOperations(graph, layer) : multiplyAdds);
  }

  private static LayerSetting setting(Node layer) {
    QuantizedWeights weights = (QuantizedWeights) layer.operator().weights();
    return new LayerSetting(weights.subCodewordSize(), weights.subCodewords(), isShared(weights));
  }

  private static boolean isShared(QuantizedWeights weights) {
    ScaledBytes bytes = weights.codebooks().bytes();
    return bytes != null && bytes.isShared();
  }

  /** Multiply-adds for the tables of all input positions, and an addition per look-up. */
  private static long lookupOperations(Graph graph, Node layer) {
    QuantizedWeights weights = (QuantizedWeights) layer.operator().weights();
    long inputs = graph.shape(layer.inputs().get(0)).count();
    long outputs = graph.shape(layer.output()).count();
    return inputs * weights.subCodewords()
        + outputs * weights.kernelPositions() * weights.subspaces();
  }

  /** Returns the bits that the file spends per weight, everything counted but the bias. */
  public double bitsPerWeight() {
    return 8.0 * (bytes - 4.0 * weights.extent(0)) / weights.count();
  }
}
