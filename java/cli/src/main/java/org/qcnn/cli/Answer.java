package org.qcnn.cli;

/**
 * What one network said about one image.
 *
 * @param ranking the scores of its classes
 * @param label the right class, -1 if unknown
 * @param nanoseconds the time it took
 */
record Answer(Ranking ranking, int label, long nanoseconds) {
  private static final int FEW = 5;

  int best() {
    return ranking.best(1)[0];
  }

  boolean isRight() {
    return best() == label;
  }

  boolean isAmongFive() {
    return ranking.contains(label, FEW);
  }
}
