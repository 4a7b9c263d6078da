package org.qcnn.benchmarks;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.allocation.Allocation;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.LayerSetting;

/** The same setting for all layers, as the paper has it, every subspace with its own codebook. */
final class Uniform {
  private Uniform() {}

  /** Returns the largest one within a number of bytes. */
  static Allocation within(List<LayerSensitivity> layers, long bytes) {
    Allocation best = null;
    for (LayerSetting setting : settings(layers)) {
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

  private static Set<LayerSetting> settings(List<LayerSensitivity> layers) {
    Set<LayerSetting> settings = new LinkedHashSet<>();
    for (LayerSensitivity layer : layers) {
      for (LayerOption option : layer.options()) {
        option.setting().filter(setting -> !setting.isShared()).ifPresent(settings::add);
      }
    }
    return settings;
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
