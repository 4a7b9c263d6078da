package org.qcnn.compression;

import java.util.ArrayList;
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
 * them. A large layer is trained with a few of each family, through which an {@link ErrorSurface}
 * gives the errors of the others; none is taken that is coarser than those trained.
 */
final class LayerOptions {
  private static final List<Family> FAMILIES =
      List.of(
          Family.of(
              true,
              "8/16 8/64 8/256 6/16 6/64 6/256 4/16 4/32 4/64 4/128 4/256 3/16 3/32 3/64 3/128 3/256"
                  + " 2/16 2/32 2/64 2/128 2/256 1/16 1/32",
              "8/256 4/64 4/256 2/64 2/256"),
          Family.of(
              false,
              "8/16 8/64 8/128 6/16 6/64 4/16 4/32 4/64 4/128 4/256 3/16 3/64 3/128 3/256"
                  + " 2/16 2/32 2/64 2/128 2/256 1/16 1/32",
              "8/16 8/64 4/32 4/128 2/32 2/128 1/32"));

  private static final int SMALL_LAYER = 60_000;

  private final Node node;
  private final Shape weights;
  private final LayerTime time;

  LayerOptions(Graph graph, Node node) {
    this.node = node;
    this.weights = node.operator().weights().shape();
    this.time = new LayerTime(graph, node);
  }

  /**
   * Settings of one kind.
   *
   * @param all those that a layer may get
   * @param known those that a large layer is trained with
   */
  private record Family(List<LayerSetting> all, List<LayerSetting> known) {
    static Family of(boolean isShared, String all, String known) {
      return new Family(settings(all, isShared), settings(known, isShared));
    }

    private static List<LayerSetting> settings(String texts, boolean isShared) {
      List<LayerSetting> settings = new ArrayList<>();
      for (String text : texts.split(" ", -1)) {
        LayerSetting one = LayerSetting.parse(text);
        settings.add(new LayerSetting(one.subCodewordSize(), one.subCodewords(), isShared));
      }
      return settings;
    }
  }

  /** Returns the settings that the layer is to be trained with, those of the same Cs' together. */
  List<LayerSetting> toTrain() {
    List<LayerSetting> chosen = new ArrayList<>();
    for (Family family : FAMILIES) {
      List<LayerSetting> known = family.known().stream().filter(this::fits).toList();
      boolean isEnough =
          known.stream().filter(ErrorSurface::holdsFor).count() >= ErrorSurface.TERMS;
      chosen.addAll(
          weights.count() > SMALL_LAYER && isEnough
              ? known
              : family.all().stream().filter(this::fits).toList());
    }
    chosen.sort(Comparator.comparingInt(LayerSetting::subCodewordSize).reversed());
    return chosen;
  }

  /** Returns whether there are enough sub-vectors to choose sub-codewords for. */
  private boolean fits(LayerSetting setting) {
    int channels = weights.extent(1);
    int subspaces = (channels + setting.subCodewordSize() - 1) / setting.subCodewordSize();
    long blocks = (long) weights.extent(0) * weights.count(2, weights.rank());
    long members = setting.isShared() ? blocks * subspaces : blocks;
    return setting.subCodewordSize() <= channels && members >= 2L * setting.subCodewords();
  }

  /** Returns all options, given the errors of the settings that were trained. */
  List<LayerOption> all(Map<LayerSetting, Double> errors) {
    Map<LayerSetting, Double> known = new LinkedHashMap<>(errors);
    for (Family family : FAMILIES) {
      Map<LayerSetting, Double> fitted = new LinkedHashMap<>();
      errors.forEach(
          (setting, error) -> {
            if (family.all().contains(setting) && ErrorSurface.holdsFor(setting)) {
              fitted.put(setting, error);
            }
          });
      if (fitted.size() >= ErrorSurface.TERMS) {
        ErrorSurface surface = ErrorSurface.through(fitted);
        family.all().stream()
            .filter(setting -> fits(setting) && surface.covers(setting))
            .forEach(setting -> known.putIfAbsent(setting, surface.at(setting)));
      }
    }
    List<LayerOption> options = new ArrayList<>();
    options.add(
        new LayerOption(Optional.empty(), WeightBytes.dense(node.operator()), 0, time.dense()));
    known.forEach((setting, error) -> options.add(option(setting, error)));
    return options;
  }

  private LayerOption option(LayerSetting setting, double error) {
    long bytes = CompressionPlan.quantizedBytes(weights, setting) + 4L * weights.extent(0);
    return new LayerOption(Optional.of(setting), bytes, error, time.quantized(setting));
  }
}
