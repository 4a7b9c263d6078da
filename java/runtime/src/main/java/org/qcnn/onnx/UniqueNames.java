package org.qcnn.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Gives out names, each only once: a name that is taken gets a number behind it, from 2 on. */
final class UniqueNames {
  private final Set<String> taken;
  private final Map<String, Integer> lastNumbers = new HashMap<>();

  UniqueNames(Set<String> taken) {
    this.taken = new HashSet<>(taken);
  }

  /** Returns {@code base} itself if it is free, otherwise {@code base.2} and so on. */
  String next(String base) {
    String name = base;
    while (!taken.add(name)) {
      // Counted on from the last time: a file with one name for all its nodes must not take long.
      name = base + "." + (lastNumbers.merge(base, 1, Integer::sum) + 1);
    }
    return name;
  }
}
