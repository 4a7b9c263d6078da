package org.qcnn.compression;

import java.util.Map;
import java.util.Set;
import org.qcnn.finetuning.FineTuningSettings;

/**
 * What to do to a network.
 *
 * @param preset the settings of layers that are not named
 * @param layers settings of single layers by node name; they are followed without asking whether
 *     the layer becomes smaller
 * @param keepDense node names of layers that stay as they are
 * @param ridge the pull toward the original weights, as a multiple of the mean input variance
 * @param layerSweeps sweeps of training without error correction
 * @param correctionSweeps sweeps of training with error correction
 * @param tables which lookup tables convolutions get
 * @param fineTuning of the quantized network as a whole, whose seed is of no matter
 * @param threads threads to use; results do not depend on it
 * @param seed of everything random; the same seed gives the same file
 */
public record CompressionSettings(
    Preset preset,
    Map<String, LayerSetting> layers,
    Set<String> keepDense,
    double ridge,
    int layerSweeps,
    int correctionSweeps,
    TableWidth tables,
    FineTuningSettings fineTuning,
    int threads,
    long seed) {

  /** The default settings on all processors. */
  public static final CompressionSettings DEFAULT =
      new CompressionSettings(
          Preset.BALANCED,
          Map.of(),
          Set.of(),
          0.3,
          2,
          6,
          TableWidth.AUTO,
          FineTuningSettings.NONE,
          Runtime.getRuntime().availableProcessors(),
          1);

  /** Keeps copies of the collections. */
  public CompressionSettings {
    layers = Map.copyOf(layers);
    keepDense = Set.copyOf(keepDense);
  }

  public CompressionSettings withPreset(Preset other) {
    return new CompressionSettings(
        other,
        layers,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        threads,
        seed);
  }

  public CompressionSettings withLayers(Map<String, LayerSetting> other) {
    return new CompressionSettings(
        preset,
        other,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        threads,
        seed);
  }

  public CompressionSettings withKeepDense(Set<String> other) {
    return new CompressionSettings(
        preset,
        layers,
        other,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        threads,
        seed);
  }

  public CompressionSettings withRidge(double other) {
    return new CompressionSettings(
        preset,
        layers,
        keepDense,
        other,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        threads,
        seed);
  }

  public CompressionSettings withSweeps(int layer, int correction) {
    return new CompressionSettings(
        preset, layers, keepDense, ridge, layer, correction, tables, fineTuning, threads, seed);
  }

  public CompressionSettings withTables(TableWidth other) {
    return new CompressionSettings(
        preset,
        layers,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        other,
        fineTuning,
        threads,
        seed);
  }

  public CompressionSettings withFineTuning(FineTuningSettings other) {
    return new CompressionSettings(
        preset,
        layers,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        other,
        threads,
        seed);
  }

  public CompressionSettings withThreads(int other) {
    return new CompressionSettings(
        preset,
        layers,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        other,
        seed);
  }

  public CompressionSettings withSeed(long other) {
    return new CompressionSettings(
        preset,
        layers,
        keepDense,
        ridge,
        layerSweeps,
        correctionSweeps,
        tables,
        fineTuning,
        threads,
        other);
  }
}
