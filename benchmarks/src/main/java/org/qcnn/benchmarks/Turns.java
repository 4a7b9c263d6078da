package org.qcnn.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times contestants in turns in one process, so that a machine that gets warm or busy slows all of
 * them.
 */
public final class Turns {
  private static final int WARM_UP_TURNS = 5;

  private Turns() {}

  /** Returns the times of each contestant by its name, in their order; a turn is a single run. */
  public static Map<String, Times> measure(List<? extends Contestant> contestants, int runs) {
    return measure(contestants, runs, 1);
  }

  /**
   * Returns the times of each contestant by its name, in their order.
   *
   * @param turns of each contestant
   * @param inARow runs of a turn, all of which count
   */
  public static Map<String, Times> measure(
      List<? extends Contestant> contestants, int turns, int inARow) {
    long[][] nanoseconds = new long[contestants.size()][turns * inARow];
    for (int turn = -WARM_UP_TURNS; turn < turns; turn++) {
      for (int c = 0; c < nanoseconds.length; c++) {
        for (int i = 0; i < inARow; i++) {
          long start = System.nanoTime();
          contestants.get(c).run();
          nanoseconds[c][Math.max(turn, 0) * inARow + i] = System.nanoTime() - start;
        }
      }
    }
    Map<String, Times> times = new LinkedHashMap<>();
    for (int c = 0; c < nanoseconds.length; c++) {
      times.put(contestants.get(c).name(), Times.of(nanoseconds[c]));
    }
    return times;
  }
}
