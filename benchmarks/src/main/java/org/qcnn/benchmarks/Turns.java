package org.qcnn.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times contestants in turns in one process, so that a machine that gets warm or busy slows all of
 * them.
 */
public final class Turns {
  private static final int WARM_UPS = 5;

  private Turns() {}

  /** Returns the times of each contestant by its name, in their order. */
  public static Map<String, Times> measure(List<? extends Contestant> contestants, int runs) {
    long[][] nanoseconds = new long[contestants.size()][runs];
    for (int i = -WARM_UPS; i < runs; i++) {
      for (int c = 0; c < nanoseconds.length; c++) {
        long start = System.nanoTime();
        contestants.get(c).run();
        nanoseconds[c][Math.max(i, 0)] = System.nanoTime() - start;
      }
    }
    Map<String, Times> times = new LinkedHashMap<>();
    for (int c = 0; c < nanoseconds.length; c++) {
      times.put(contestants.get(c).name(), Times.of(nanoseconds[c]));
    }
    return times;
  }
}
