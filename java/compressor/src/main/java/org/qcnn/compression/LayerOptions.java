package org.qcnn.compression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;

/**
 * The settings that a layer may get, with their errors. A small layer is trained with every one of
 * them. A large layer is trained with three of each family; between two neighbours, and beyond the
 * last, the logarithm of the error is taken as linear in the bits of a code per weight, which
 * measured errors of layers with many more sub-vectors than sub-codewords nearly are.
 */
final class LayerOptions {
  private static final List<LayerSetting> SHARED =
      settings(
          "8/16 8/64 8/256 6/16 6/64 6/256 4/16 4/32 4/64 4/128 4/256 3/16 3/32 3/64 3/128 3/256 2/16 2/32 2/64"
              + " 2/256 1/16",
          true);
  private static final List<LayerSetting> OWN =
      settings(
          "8/16 8/64 8/128 6/16 6/64 4/16 4/32 4/64 4/128 3/16 3/64 2/16 2/32 2/64 1/16", false);

  private static final int SMALL_LAYER = 60_000;
  // Bits per weight of the settings that a large layer is trained with, as near as can be.
  private static final double[] TRAINED = {1, 2, 3};
  private static final double SMALLEST_ERROR = 1e-9;

  private final Node node;
  private final Shape weights;
  private final LayerTime time;

  LayerOptions(Graph graph, Node node) {
    this.node = node;
    this.weights = node.operator().weights().shape();
    this.time = new LayerTime(graph, node);
  }

  private static List<LayerSetting> settings(String texts, boolean isShared) {
    List<LayerSetting> settings = new ArrayList<>();
    for (String text : texts.split(" ", -1)) {
      LayerSetting one = LayerSetting.parse(text);
      settings.add(new LayerSetting(one.subCodewordSize(), one.subCodewords(), isShared));
    }
    return settings;
  }

  /** Returns the settings that the layer is to be trained with, those of the same Cs' together. */
  List<LayerSetting> toTrain() {
    List<LayerSetting> chosen = new ArrayList<>();
    for (List<LayerSetting> family : List.of(SHARED, OWN)) {
      List<LayerSetting> fitting = family.stream().filter(this::fits).toList();
      if (weights.count() <= SMALL_LAYER || fitting.size() <= TRAINED.length) {
        chosen.addAll(fitting);
      } else {
        Arrays.stream(TRAINED)
            .mapToObj(bits -> nearest(fitting, bits))
            .distinct()
            .forEach(chosen::add);
      }
    }
    chosen.sort(Comparator.comparingInt(LayerSetting::subCodewordSize).reversed());
    return chosen;
  }

  private static LayerSetting nearest(List<LayerSetting> settings, double bits) {
    return settings.stream()
        .min(
            Comparator.comparingDouble(
                (LayerSetting setting) -> Math.abs(bitsPerWeight(setting) - bits)))
        .orElseThrow();
  }

  /** Returns whether there are enough sub-vectors to choose sub-codewords for. */
  private boolean fits(LayerSetting setting) {
    int channels = weights.extent(1);
    int subspaces = (channels + setting.subCodewordSize() - 1) / setting.subCodewordSize();
    long blocks = (long) weights.extent(0) * weights.count(2, weights.rank());
    long members = setting.isShared() ? blocks * subspaces : blocks;
    return setting.subCodewordSize() <= channels && members >= 2L * setting.subCodewords();
  }

  private static double bitsPerWeight(LayerSetting setting) {
    return Math.log(setting.subCodewords()) / Math.log(2) / setting.subCodewordSize();
  }

  /** Returns all options, given the errors of the settings that were trained. */
  List<LayerOption> all(Map<LayerSetting, Double> errors) {
    Map<LayerSetting, Double> known = new LinkedHashMap<>(errors);
    for (List<LayerSetting> family : List.of(SHARED, OWN)) {
      List<LayerSetting> trained = family.stream().filter(errors::containsKey).toList();
      for (LayerSetting setting : family) {
        if (fits(setting) && trained.size() > 1) {
          known.putIfAbsent(setting, between(setting, trained, errors));
        }
      }
    }
    List<LayerOption> options = new ArrayList<>();
    options.add(
        new LayerOption(Optional.empty(), WeightBytes.dense(node.operator()), 0, time.dense()));
    known.forEach((setting, error) -> options.add(option(setting, error)));
    return options;
  }

  private static double between(
      LayerSetting setting, List<LayerSetting> trained, Map<LayerSetting, Double> errors) {
    double bits = bitsPerWeight(setting);
    List<LayerSetting> sorted =
        trained.stream().sorted(Comparator.comparingDouble(LayerOptions::bitsPerWeight)).toList();
    int upper = 1;
    while (upper < sorted.size() - 1 && bitsPerWeight(sorted.get(upper)) < bits) {
      upper++;
    }
    LayerSetting coarse = sorted.get(upper - 1);
    LayerSetting fine = sorted.get(upper);
    double first = Math.log(Math.max(SMALLEST_ERROR, errors.get(coarse)));
    double second = Math.log(Math.max(SMALLEST_ERROR, errors.get(fine)));
    double from = bitsPerWeight(coarse);
    double slope = Math.min(0, (second - first) / (bitsPerWeight(fine) - from));
    return Math.min(1, Math.exp(first + slope * (bits - from)));
  }

  private LayerOption option(LayerSetting setting, double error) {
    long bytes = CompressionPlan.quantizedBytes(weights, setting) + 4L * weights.extent(0);
    return new LayerOption(Optional.of(setting), bytes, error, time.quantized(setting));
  }
}
