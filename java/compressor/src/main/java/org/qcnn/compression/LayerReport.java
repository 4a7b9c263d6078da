package org.qcnn.compression;

import java.util.Optional;
import org.qcnn.tensor.Shape;
import org.qcnn.training.TrainedLayer;

/**
 * What became of one layer.
 *
 * @param name its node
 * @param kind Convolution or FullyConnected
 * @param weights the shape of its weights
 * @param setting how it was quantized; empty if it stayed dense
 * @param errors of its response, if it was quantized
 * @param samples the samples of inputs that it was trained on
 * @param denseBytes of weights and bias as 32-bit floats
 * @param bytes of codes, codebooks and bias in the file
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

  /** Returns the bits that the file spends per weight, everything counted but the bias. */
  public double bitsPerWeight() {
    return 8.0 * (bytes - 4.0 * weights.extent(0)) / weights.count();
  }
}
