package org.qcnn.allocation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.LayerSetting;

/**
 * One way to store every layer of a network.
 *
 * @param options per layer, by its node, in running order
 * @param damage estimated: the mean squared relative error of the network's output
 */
public record Allocation(Map<String, LayerOption> options, double damage) {
  /** Keeps the map. */
  public Allocation {
    options = new LinkedHashMap<>(options);
  }

  /** Returns the bytes of all layers in the file. */
  public long bytes() {
    return options.values().stream().mapToLong(LayerOption::bytes).sum();
  }

  /** Returns the estimated time of all layers, one image on one thread. */
  public double milliseconds() {
    return options.values().stream().mapToDouble(LayerOption::milliseconds).sum();
  }

  /** Returns settings that store every layer in this way, otherwise as given. */
  public CompressionSettings applyTo(CompressionSettings settings) {
    Map<String, LayerSetting> layers = new LinkedHashMap<>(settings.layers());
    Set<String> dense = new LinkedHashSet<>(settings.keepDense());
    options.forEach(
        (name, option) ->
            option
                .setting()
                .ifPresentOrElse(setting -> layers.put(name, setting), () -> dense.add(name)));
    return settings.withLayers(layers).withKeepDense(dense);
  }

  /** What an option costs, in any unit. */
  @FunctionalInterface
  interface Cost {
    double of(LayerOption option);
  }

  /**
   * Returns the allocation of least damage plus {@code price} times the cost: of all that cost no
   * more than it does, it is the least harmful (Everett 1963).
   */
  static Allocation cheapest(List<LayerSensitivity> layers, Cost cost, double price) {
    Map<String, LayerOption> chosen = new LinkedHashMap<>();
    double damage = 0;
    for (LayerSensitivity layer : layers) {
      LayerOption best = null;
      double least = Double.POSITIVE_INFINITY;
      for (LayerOption option : layer.options()) {
        double sum = layer.damage(option) + price * cost.of(option);
        if (sum < least) {
          least = sum;
          best = option;
        }
      }
      chosen.put(layer.name(), best);
      damage += layer.damage(best);
    }
    return new Allocation(chosen, damage);
  }

  /**
   * Returns allocations from the cheapest to the dearest, each less harmful than those before it:
   * the corners of the Pareto front, as far as prices a twentieth of an octave apart find them.
   */
  static List<Allocation> front(List<LayerSensitivity> layers, Cost cost) {
    List<Allocation> front = new ArrayList<>();
    double dense = 0;
    for (LayerSensitivity layer : layers) {
      dense += layer.options().stream().mapToDouble(cost::of).max().orElse(0);
    }
    double last = Double.POSITIVE_INFINITY;
    for (int step = 0; step <= 20 * 50; step++) {
      double price = 1e3 / dense * Math.pow(2, -step / 20.0);
      Allocation found = cheapest(layers, cost, price);
      if (found.damage() < last) {
        front.add(found);
        last = found.damage();
      }
    }
    return front;
  }

  /**
   * Returns this allocation with better options for some layers, as many as there is room for; the
   * front has gaps where a single large layer changes its option.
   *
   * @param limit of the cost of all layers
   */
  Allocation filled(List<LayerSensitivity> layers, Cost cost, double limit) {
    Map<String, LayerOption> chosen = new LinkedHashMap<>(options);
    double spent = chosen.values().stream().mapToDouble(cost::of).sum();
    while (true) {
      String layerToChange = null;
      LayerOption best = null;
      double mostGained = 0;
      for (LayerSensitivity layer : layers) {
        LayerOption present = chosen.get(layer.name());
        for (LayerOption option : layer.options()) {
          double more = cost.of(option) - cost.of(present);
          double gained = layer.damage(present) - layer.damage(option);
          if (spent + more <= limit && gained / Math.max(more, 1e-9) > mostGained && gained > 0) {
            mostGained = gained / Math.max(more, 1e-9);
            layerToChange = layer.name();
            best = option;
          }
        }
      }
      if (best == null) {
        break;
      }
      spent += cost.of(best) - cost.of(chosen.get(layerToChange));
      chosen.put(layerToChange, best);
    }
    double left =
        layers.stream().mapToDouble(layer -> layer.damage(chosen.get(layer.name()))).sum();
    return new Allocation(chosen, left);
  }
}
