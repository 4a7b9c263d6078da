package org.qcnn.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** How long many runs of the same took; the quartiles tell how quiet the machine was. */
public record Times(double medianMs, double lowerQuartileMs, double upperQuartileMs, int runs) {
  /** Returns the quartiles of durations in nanoseconds. */
  public static Times of(long... nanoseconds) {
    long[] sorted = nanoseconds.clone();
    Arrays.sort(sorted);
    return new Times(
        quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), sorted.length);
  }

  /** Returns the value below which this share of the others lie, between neighbours if needed. */
  private static double quantile(long[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    double fraction = position - below;
    return (sorted[below] * (1 - fraction) + sorted[above] * fraction) / 1e6;
  }

  /** Returns {@code 5.608 ms (5.590 to 5.655)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.3f ms (%.3f to %.3f)", medianMs, lowerQuartileMs, upperQuartileMs);
  }
}
