package org.qcnn.moments;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of one layer of the original network.
 *
 * @param name its node
 * @param groups of a convolution, each its inputs; of other layers one
 * @param largestInput magnitude
 * @param largestResponse magnitude of the response without bias
 */
public record LayerMoments(
    String name, List<InputStatistics> groups, float largestInput, float largestResponse) {
  /** Keeps a copy of the list. */
  public LayerMoments {
    groups = List.copyOf(groups);
  }

  /** Returns the number of samples of each group. */
  public long samples() {
    return groups.get(0).samples();
  }

  LayerMoments plus(LayerMoments other) {
    if (!other.name.equals(name) || other.groups.size() != groups.size()) {
      throw new IllegalArgumentException("layer " + name + " is " + other.name + " there");
    }
    List<InputStatistics> sums = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      try {
        sums.add(groups.get(g).plus(other.groups.get(g)));
      } catch (IllegalArgumentException misfit) {
        throw new IllegalArgumentException("layer " + name + ": " + misfit.getMessage(), misfit);
      }
    }
    return new LayerMoments(
        name,
        sums,
        Math.max(largestInput, other.largestInput),
        Math.max(largestResponse, other.largestResponse));
  }
}
