package org.qcnn.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.qcnn.allocation.Allocation;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.LayerSetting;

/** The same setting for all layers, as the paper has it, every subspace with its own codebook. */
final class Uniform {
  private static final List<LayerSetting> SETTINGS =
      Stream.of(
              "8/16", "8/64", "8/128", "6/16", "6/64", "4/16", "4/32", "4/64", "4/128", "3/16",
              "3/64", "2/16", "2/32", "2/64", "1/16")
          .map(LayerSetting::parse)
          .toList();

  private Uniform() {}

  /** Returns the largest one within a number of bytes. */
  static Allocation within(List<LayerSensitivity> layers, long bytes) {
    Allocation best = null;
    for (LayerSetting setting : SETTINGS) {
      Allocation found = of(layers, setting);
      if (found.bytes() <= bytes && (best == null || found.bytes() > best.bytes())) {
        best = found;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no uniform setting takes only " + bytes + " bytes");
    }
    return best;
  }

  /** Returns the setting for all layers that can have it; the others stay dense. */
  private static Allocation of(List<LayerSensitivity> layers, LayerSetting setting) {
    Map<String, LayerOption> options = new LinkedHashMap<>();
    double damage = 0;
    for (LayerSensitivity layer : layers) {
      LayerOption chosen = layer.options().get(0);
      for (LayerOption option : layer.options()) {
        if (option.setting().filter(setting::equals).isPresent()) {
          chosen = option;
        }
      }
      options.put(layer.name(), chosen);
      damage += layer.damage(chosen);
    }
    return new Allocation(options, damage);
  }
}
