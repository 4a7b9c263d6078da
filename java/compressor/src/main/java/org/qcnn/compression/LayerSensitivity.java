package org.qcnn.compression;

import java.util.List;

/**
 * What quantizing one layer does to the network.
 *
 * @param name its node
 * @param damage by how much the mean squared relative error of the network's output grows when the
 *     error of this layer's response grows from 0 to its whole variance; extrapolated from a small
 *     error
 * @param options to choose from; one of them is to stay dense
 */
public record LayerSensitivity(String name, double damage, List<LayerOption> options) {
  /** Keeps a copy of the list. */
  public LayerSensitivity {
    options = List.copyOf(options);
  }

  /** Returns the error that an option adds to the network's output. */
  public double damage(LayerOption option) {
    return damage * option.error();
  }
}
