package org.qcnn.allocation;

import java.util.Comparator;
import java.util.List;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;

/**
 * What options cost. Small files are to be fast as well: where two options are equally harmful and
 * nearly equally large, the faster one is taken.
 */
public final class Prices {
  // The time of the whole dense network costs as much as this part of its bytes.
  private static final double TIME = 0.003;

  private Prices() {}

  /** Returns bytes, with a little for the time that layers need. */
  static Allocation.Cost ofSize(List<LayerSensitivity> layers) {
    double bytes = 0;
    double milliseconds = 0;
    for (LayerSensitivity layer : layers) {
      for (LayerOption option : layer.options()) {
        if (option.setting().isEmpty()) {
          bytes += option.bytes();
          milliseconds += option.milliseconds();
        }
      }
    }
    double perMillisecond = milliseconds > 0 ? TIME * bytes / milliseconds : 0;
    return option -> option.bytes() + perMillisecond * option.milliseconds();
  }

  /**
   * Returns the least harmful allocation that takes no more than some bytes.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Allocation within(List<LayerSensitivity> layers, long bytes) {
    return Allocation.front(layers, ofSize(layers)).stream()
        .filter(allocation -> allocation.bytes() <= bytes)
        .min(Comparator.comparingDouble(Allocation::damage))
        .orElseThrow(
            () -> new IllegalArgumentException("no allocation takes only " + bytes + " bytes"))
        .filled(layers, LayerOption::bytes, (double) bytes);
  }
}
