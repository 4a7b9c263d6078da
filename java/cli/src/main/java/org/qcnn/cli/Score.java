package org.qcnn.cli;

import java.util.Arrays;

/** What one network achieved on many images; filled by several threads, each image by one. */
final class Score {
  private final boolean[] right;
  private final boolean[] amongFive;
  private final long[] nanoseconds;

  Score(int images) {
    right = new boolean[images];
    amongFive = new boolean[images];
    nanoseconds = new long[images];
  }

  void add(int image, Answer answer) {
    right[image] = answer.isRight();
    amongFive[image] = answer.isAmongFive();
    nanoseconds[image] = answer.nanoseconds();
  }

  /** Returns the share of images whose likeliest class is the right one. */
  double topOne() {
    return share(right);
  }

  /** Returns the share of images whose right class is among the five likeliest. */
  double topFive() {
    return share(amongFive);
  }

  /** Returns the median time of an image. */
  double milliseconds() {
    return median(nanoseconds) / 1e6;
  }

  static double share(boolean[] hits) {
    int count = 0;
    for (boolean hit : hits) {
      count += hit ? 1 : 0;
    }
    return (double) count / hits.length;
  }

  static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
  }
}
