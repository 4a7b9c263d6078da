package org.qcnn.allocation;

import java.util.ArrayList;
import java.util.Comparator;
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
   * Returns the least harmful allocation of the front that takes no more than some bytes.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Allocation within(List<LayerSensitivity> layers, long bytes) {
    return front(layers, LayerOption::bytes).stream()
        .filter(allocation -> allocation.bytes() <= bytes)
        .min(Comparator.comparingDouble(Allocation::damage))
        .orElseThrow(
            () -> new IllegalArgumentException("no allocation takes only " + bytes + " bytes"));
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
}
