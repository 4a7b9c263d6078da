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
 * them. A large layer may get more of them but is trained with a few of each family, through which
 * an {@link ErrorSurface} gives the errors of the others; none is taken that is coarser than those
 * trained.
 */
final class LayerOptions {
  private static final List<Family> FAMILIES =
      List.of(
          Family.of(
              true,
              "8/16 8/64 8/256 6/16 6/64 6/256 4/16 4/32 4/64 4/128 4/256 3/16 3/32 3/64 3/128 3/256"
                  + " 2/16 2/32 2/64 2/128 2/256 1/16 1/32",
              "8/16 8/64 8/256 4/256 2/32 2/256"),
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
   * @param ofSmall those that a small layer may get
   * @param ofLarge those that a large layer may get, besides {@code known}
   * @param known those that a large layer is trained with
   */
  private record Family(
      List<LayerSetting> ofSmall, List<LayerSetting> ofLarge, List<LayerSetting> known) {
    static Family of(boolean isShared, String ofSmall, String known) {
      List<LayerSetting> grid = new ArrayList<>();
      for (int subCodewordSize : new int[] {2, 3, 4, 5, 6, 7, 8}) {
        for (int subCodewords = 16; subCodewords <= 256; subCodewords *= 2) {
          grid.add(new LayerSetting(subCodewordSize, subCodewords, isShared));
        }
      }
      return new Family(settings(ofSmall, isShared), grid, settings(known, isShared));
    }

    boolean contains(LayerSetting setting) {
      return ofSmall.contains(setting);
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
          isLarge() && isEnough ? known : family.ofSmall().stream().filter(this::fits).toList());
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

  private boolean isLarge() {
    return weights.count() > SMALL_LAYER;
  }

  /** Returns all options, given the errors of the settings that were trained. */
  List<LayerOption> all(Map<LayerSetting, Double> errors) {
    Map<LayerSetting, Double> known = new LinkedHashMap<>(errors);
    if (isLarge()) {
      FAMILIES.forEach(family -> addOthers(family, errors, known));
    }
    List<LayerOption> options = new ArrayList<>();
    options.add(
        new LayerOption(Optional.empty(), WeightBytes.dense(node.operator()), 0, time.dense()));
    known.forEach((setting, error) -> options.add(option(setting, error)));
    return options;
  }

  private void addOthers(
      Family family, Map<LayerSetting, Double> errors, Map<LayerSetting, Double> known) {
    Map<LayerSetting, Double> fitted = new LinkedHashMap<>(errors);
    fitted
        .keySet()
        .removeIf(setting -> !family.contains(setting) || !ErrorSurface.holdsFor(setting));
    if (fitted.size() < ErrorSurface.TERMS) {
      return;
    }
    ErrorSurface surface = ErrorSurface.through(fitted);
    for (LayerSetting setting : family.ofLarge()) {
      if (fits(setting) && surface.covers(setting)) {
        known.putIfAbsent(setting, surface.at(setting));
      }
    }
  }

  private LayerOption option(LayerSetting setting, double error) {
    long bytes = CompressionPlan.quantizedBytes(weights, setting) + 4L * weights.extent(0);
    return new LayerOption(Optional.of(setting), bytes, error, time.quantized(setting));
  }
}
