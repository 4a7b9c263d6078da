package org.qcnn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

class ResponseObjectiveTest {
  private final RandomObjectives random = new RandomObjectives(300, 24, 7, 0.3, 5);
  private final Workers workers = new Workers(2);

  @Test
  void momentsGiveTheErrorOfTheDefinition() {
    check(random.moments(0.4, workers, 70));
  }

  @Test
  void samplesGiveTheErrorOfTheDefinition() {
    check(random.samples(0.4, workers));
  }

  private void check(ResponseObjective objective) {
    try (objective;
        FloatMatrix weights = disturbed()) {
      objective.start(weights);
      double expected = random.relativeError(weights);
      assertEquals(expected, error(objective), 1e-4 * expected, "before error correction");
      objective.correctErrors();
      assertEquals(expected, error(objective), 1e-4 * expected, "with error correction");
      float[] change = new float[7 * 5];
      Random numbers = new Random(9);
      for (int i = 0; i < change.length; i++) {
        change[i] = (float) (0.1 * numbers.nextGaussian());
        weights.set(3 + i % 5, i / 5, weights.get(3 + i % 5, i / 5) + change[i]);
      }
      double predicted = objective.objective() + predictedChange(objective, change);
      objective.change(3, 5, change);
      double after = random.relativeError(weights);
      assertEquals(after, error(objective), 1e-4 * after, "after a change");
      assertEquals(predicted, objective.objective(), 1e-4 * predicted, "gradient and moments");
    }
  }

  /** d'G d - 2 d'p for each output. */
  private static double predictedChange(ResponseObjective objective, float[] change) {
    float[] gradient = new float[7 * 5];
    float[] gram = new float[25];
    objective.gradient(3, 5, gradient);
    objective.gram(3, 5, gram);
    double sum = 0;
    for (int output = 0; output < 7; output++) {
      for (int i = 0; i < 5; i++) {
        sum -= 2.0 * change[output * 5 + i] * gradient[output * 5 + i];
        for (int j = 0; j < 5; j++) {
          sum += (double) change[output * 5 + i] * gram[i * 5 + j] * change[output * 5 + j];
        }
      }
    }
    return sum;
  }

  @Test
  void bothFormsAreTheSameObjective() {
    try (ResponseObjective moments = random.moments(0.4, workers, 64);
        ResponseObjective samples = random.samples(0.4, workers);
        FloatMatrix weights = disturbed()) {
      moments.start(weights);
      samples.start(weights);
      assertEquals(samples.objective(), moments.objective(), 1e-4 * samples.objective());
      moments.correctErrors();
      samples.correctErrors();
      assertEquals(samples.objective(), moments.objective(), 1e-4 * samples.objective());
      assertEquals(samples.responseVariance(), moments.responseVariance(), 1e-3);
      for (int output = 0; output < 7; output++) {
        assertEquals(samples.meanResponse()[output], moments.meanResponse()[output], 1e-4);
        assertEquals(
            samples.meanOriginalResponse()[output], moments.meanOriginalResponse()[output], 1e-4);
      }
    }
  }

  private static double error(ResponseObjective objective) {
    return objective.estimationError() / objective.responseVariance();
  }

  private FloatMatrix disturbed() {
    FloatMatrix weights = RandomObjectives.copy(random.weights);
    Random numbers = new Random(3);
    for (int i = 0; i < weights.rows(); i++) {
      for (int o = 0; o < weights.columns(); o++) {
        weights.set(i, o, (float) (weights.get(i, o) + 0.1 * numbers.nextGaussian()));
      }
    }
    return weights;
  }
}
