package org.qcnn.cli;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** The scores that a network gives to its classes for one image. */
final class Ranking {
  private final float[] scores;

  /** Takes a copy of all remaining scores. */
  Ranking(FloatBuffer output) {
    scores = new float[output.remaining()];
    output.duplicate().get(scores);
  }

  /** Returns the numbers of the {@code count} likeliest classes, best first. */
  int[] best(int count) {
    // A stable sort: of equal scores the first class wins.
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted((a, b) -> Float.compare(scores[b], scores[a]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns whether a class is among the {@code count} likeliest. */
  boolean contains(int label, int count) {
    return IntStream.of(best(count)).anyMatch(index -> index == label);
  }

  /** Returns how far the scores are from others, relative to those: L2 norm of the difference. */
  double relativeError(Ranking original) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < scores.length; i++) {
      double other = original.scores[i];
      difference += (scores[i] - other) * (scores[i] - other);
      norm += other * other;
    }
    return norm == 0 ? (difference == 0 ? 0 : Double.NaN) : Math.sqrt(difference / norm);
  }
}
