package org.qcnn.compression;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.qcnn.channels.HiddenChannels;
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
 * @param beam partial choices of sub-codewords that an assignment step keeps, 1 or more
 * @param arrangesChannels whether hidden channels are scaled and ordered ({@link HiddenChannels})
 * @param correctsAdditions whether error correction reaches through additions ({@link Addend})
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
    int beam,
    boolean arrangesChannels,
    boolean correctsAdditions,
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
          4,
          true,
          true,
          TableWidth.AUTO,
          FineTuningSettings.NONE,
          Runtime.getRuntime().availableProcessors(),
          1);

  /**
   * Keeps copies of the collections.
   *
   * @throws IllegalArgumentException if the beam is less than 1
   */
  public CompressionSettings {
    if (beam < 1) {
      throw new IllegalArgumentException("an assignment step keeps at least 1 choice, not " + beam);
    }
    layers = Map.copyOf(layers);
    keepDense = Set.copyOf(keepDense);
  }

  public CompressionSettings withPreset(Preset other) {
    return with(draft -> draft.preset = other);
  }

  public CompressionSettings withLayers(Map<String, LayerSetting> other) {
    return with(draft -> draft.layers = other);
  }

  public CompressionSettings withKeepDense(Set<String> other) {
    return with(draft -> draft.keepDense = other);
  }

  public CompressionSettings withRidge(double other) {
    return with(draft -> draft.ridge = other);
  }

  public CompressionSettings withSweeps(int layer, int correction) {
    return with(
        draft -> {
          draft.layerSweeps = layer;
          draft.correctionSweeps = correction;
        });
  }

  public CompressionSettings withBeam(int other) {
    return with(draft -> draft.beam = other);
  }

  /** Returns the same settings without error correction through additions. */
  public CompressionSettings withoutAdditions() {
    return with(draft -> draft.correctsAdditions = false);
  }

  /** Returns the same settings with hidden channels as they are. */
  public CompressionSettings withoutArrangement() {
    return with(draft -> draft.arrangesChannels = false);
  }

  public CompressionSettings withTables(TableWidth other) {
    return with(draft -> draft.tables = other);
  }

  public CompressionSettings withFineTuning(FineTuningSettings other) {
    return with(draft -> draft.fineTuning = other);
  }

  public CompressionSettings withThreads(int other) {
    return with(draft -> draft.threads = other);
  }

  public CompressionSettings withSeed(long other) {
    return with(draft -> draft.seed = other);
  }

  private CompressionSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** Settings on their way to others. */
  private static final class Draft {
    Preset preset;
    Map<String, LayerSetting> layers;
    Set<String> keepDense;
    double ridge;
    int layerSweeps;
    int correctionSweeps;
    int beam;
    boolean arrangesChannels;
    boolean correctsAdditions;
    TableWidth tables;
    FineTuningSettings fineTuning;
    int threads;
    long seed;

    Draft(CompressionSettings from) {
      preset = from.preset;
      layers = from.layers;
      keepDense = from.keepDense;
      ridge = from.ridge;
      layerSweeps = from.layerSweeps;
      correctionSweeps = from.correctionSweeps;
      beam = from.beam;
      arrangesChannels = from.arrangesChannels;
      correctsAdditions = from.correctsAdditions;
      tables = from.tables;
      fineTuning = from.fineTuning;
      threads = from.threads;
      seed = from.seed;
    }

    CompressionSettings settings() {
      return new CompressionSettings(
          preset,
          layers,
          keepDense,
          ridge,
          layerSweeps,
          correctionSweeps,
          beam,
          arrangesChannels,
          correctsAdditions,
          tables,
          fineTuning,
          threads,
          seed);
    }
  }
}
