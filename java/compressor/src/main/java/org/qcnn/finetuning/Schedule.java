package org.qcnn.finetuning;

/** The learning rate: rises evenly over the first steps, then falls along a cosine. */
final class Schedule {
  private static final double WARM_UP = 0.05;

  private final double rate;
  private final int steps;
  private final int warmUp;

  Schedule(double rate, int steps) {
    this.rate = rate;
    this.steps = steps;
    this.warmUp = Math.max(1, (int) (WARM_UP * steps));
  }

  /** Returns the rate of a step, from 0 on. */
  double at(int step) {
    if (step < warmUp) {
      return rate * (step + 1) / warmUp;
    }
    return rate / 2 * (1 + Math.cos(Math.PI * (step - warmUp) / Math.max(1, steps - warmUp)));
  }
}
