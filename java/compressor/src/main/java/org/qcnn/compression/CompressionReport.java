package org.qcnn.compression;

import java.util.List;
import java.util.Optional;
import org.qcnn.finetuning.FineTuningReport;

/**
 * What became of a network.
 *
 * @param layers all layers with weights, in running order
 * @param tables the lookup tables of the convolutions
 * @param fineTuning what it achieved; empty if there was none
 * @param calibration where the calibration images came from
 * @param images how many there were
 */
public record CompressionReport(
    List<LayerReport> layers,
    TableReport tables,
    Optional<FineTuningReport> fineTuning,
    String calibration,
    int images) {

  /** Returns the bytes of all weights and biases as 32-bit floats. */
  public long denseBytes() {
    return layers.stream().mapToLong(LayerReport::denseBytes).sum();
  }

  /** Returns the bytes of the same in the compressed file. */
  public long bytes() {
    return layers.stream().mapToLong(LayerReport::bytes).sum();
  }

  /** Returns how many times smaller the weights became. */
  public double compression() {
    return (double) denseBytes() / bytes();
  }

  /**
   * Returns the multiply-adds of the dense network over the operations of the quantized one, as the
   * paper counts its theoretical speed-up (section 5.1).
   */
  public double theoreticalSpeedUp() {
    long dense = layers.stream().mapToLong(LayerReport::denseMultiplyAdds).sum();
    long lookup = layers.stream().mapToLong(LayerReport::lookupOperations).sum();
    return (double) dense / lookup;
  }
}
