package org.qcnn.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.tensor.ScaledBytes;

class CodebookTrainerTest {
  private static final CodebookTrainer.Settings SETTINGS =
      new CodebookTrainer.Settings(3, 6, 0, 4, 11);

  /**
   * Channels, kernel positions, Cs', K, groups, samples (fewer than inputs: the sample form),
   * shared.
   */
  @ParameterizedTest
  @CsvSource({
    "16, 1, 4, 8, 1, 400, false",
    "16, 1, 4, 8, 1, 12, false",
    "8, 9, 4, 16, 1, 500, false",
    "7, 9, 3, 8, 1, 500, false",
    "6, 4, 2, 8, 2, 300, false",
    "12, 1, 1, 4, 1, 200, false",
    "9, 4, 9, 16, 1, 300, false",
    "16, 1, 4, 8, 1, 400, true",
    "16, 1, 4, 8, 1, 12, true",
    "8, 9, 4, 16, 1, 500, true",
    "7, 9, 3, 8, 1, 500, true",
    "6, 4, 2, 8, 2, 300, true",
    "12, 1, 1, 4, 1, 200, true",
    "9, 4, 9, 16, 1, 300, true",
  })
  void noSweepRaisesTheObjective(
      int channels, int positions, int size, int words, int groups, int samples, boolean isShared) {
    TrainedLayer layer = train(channels, positions, size, words, groups, samples, 2, 0.3, isShared);
    assertEquals(isShared && channels > size, layer.codebooks().bytes().isShared());
    List<Double> objectives = layer.objectives();
    assertTrue(objectives.size() > 2, "too few sweeps to say anything");
    for (int i = 1; i < objectives.size(); i++) {
      double before = objectives.get(i - 1);
      assertTrue(
          objectives.get(i) <= before * (1 + 1e-5),
          "sweep " + i + " raised the objective from " + before + " to " + objectives.get(i));
    }
    assertTrue(layer.errors().layer() < layer.errors().kMeans(), layer.errors().toString());
  }

  @Test
  void errorCorrectionMakesUpForDisturbedInputs() {
    TrainedLayer layer = train(8, 9, 4, 16, 1, 2000, 2, 0.8);
    assertTrue(
        layer.errors().corrected() < 0.95 * layer.errors().layer(), layer.errors().toString());
  }

  @Test
  void theSameForAnyNumberOfThreads() {
    TrainedLayer one = train(16, 9, 4, 16, 1, 900, 1, 0.3);
    TrainedLayer three = train(16, 9, 4, 16, 1, 900, 3, 0.3);
    assertSame(one, three);
    assertSame(
        train(16, 9, 4, 16, 1, 900, 1, 0.3, true), train(16, 9, 4, 16, 1, 900, 3, 0.3, true));
  }

  private static void assertSame(TrainedLayer one, TrainedLayer three) {
    assertArrayEquals(one.codebooks().toArray(), three.codebooks().toArray());
    assertArrayEquals(one.assignments(), three.assignments());
    assertArrayEquals(one.biasCorrection(), three.biasCorrection());
  }

  @Test
  void codebooksFitIntoBytesWithAScalePerSubspace() {
    ScaledBytes bytes = train(16, 1, 4, 8, 1, 400, 2, 0.3).codebooks().bytes();
    assertEquals(4, bytes.scales().length);
    assertFalse(bytes.isShared());
    assertEquals(4 * 8 * 4, bytes.bytes().remaining());
  }

  @Test
  void asManySubCodewordsAsBlocksLoseNothing() {
    // 20 outputs and 32 sub-codewords: every output can have its own.
    TrainedLayer layer = train(8, 1, 4, 32, 1, 400, 2, 0);
    assertTrue(layer.errors().corrected() < 1e-4, layer.errors().toString());
  }

  @Test
  void theBiasCorrectionTakesAwayTheMeanError() {
    RandomObjectives random = new RandomObjectives(400, 8, 20, 0.5, 21);
    SubspaceLayout layout = new SubspaceLayout(8, 1, 4);
    try (Workers workers = new Workers(2);
        ResponseObjective objective = random.moments(0.1, workers, 100)) {
      TrainedLayer layer =
          new CodebookTrainer(layout, List.of(objective), 4, false, SETTINGS, workers).train();
      float[] correction = layer.biasCorrection();
      float[] words = layer.codebooks().toArray();
      byte[] codes = layer.assignments();
      for (int output = 0; output < 20; output++) {
        double error = 0;
        for (int n = 0; n < random.x.rows(); n++) {
          double response = correction[output];
          for (int m = 0; m < 2; m++) {
            int code = codes[output * 2 + m];
            for (int j = 0; j < 4; j++) {
              response += words[(m * 4 + code) * 4 + j] * random.x.get(n, m * 4 + j);
            }
          }
          error += (random.t.get(n, output) - response) / random.x.rows();
        }
        assertEquals(0, error, 1e-4);
      }
    }
  }

  private static TrainedLayer train(
      int channels,
      int positions,
      int size,
      int words,
      int groups,
      int samples,
      int threads,
      double disturbance) {
    return train(channels, positions, size, words, groups, samples, threads, disturbance, false);
  }

  private static TrainedLayer train(
      int channels,
      int positions,
      int size,
      int words,
      int groups,
      int samples,
      int threads,
      double disturbance,
      boolean isShared) {
    SubspaceLayout layout = new SubspaceLayout(channels, positions, size);
    List<ResponseObjective> objectives = new ArrayList<>();
    try (Workers workers = new Workers(threads)) {
      for (int group = 0; group < groups; group++) {
        RandomObjectives random =
            new RandomObjectives(samples, layout.inputs(), 20, disturbance, 7 + group);
        objectives.add(
            samples < layout.inputs()
                ? random.samples(0.1, workers)
                : random.moments(0.1, workers, 128));
      }
      return new CodebookTrainer(layout, objectives, words, isShared, SETTINGS, workers).train();
    } finally {
      objectives.forEach(ResponseObjective::close);
    }
  }

  @Test
  void kMeansFindsSeparateClusters() {
    float[] points = {0, 0, 0.1f, 0, 5, 5, 5.1f, 5, 0, 0.1f, 5, 5.1f, -7, 3};
    KMeans means = new KMeans(points, 2, 3, 1);
    assertEquals(means.nearest(0), means.nearest(1));
    assertEquals(means.nearest(0), means.nearest(4));
    assertEquals(means.nearest(2), means.nearest(5));
    assertTrue(means.nearest(0) != means.nearest(2) && means.nearest(2) != means.nearest(6));
  }

  @Test
  void conjugateGradientsSolve() {
    double[] matrix = {4, 1, 0, 1, 3, 0, 0, 0, 0};
    double[] solution = ConjugateGradient.solve(matrix, new double[] {1, 2, 0}, 10);
    assertArrayEquals(new double[] {1.0 / 11, 7.0 / 11, 0}, solution, 1e-9);
  }

  @Test
  void choleskySolves() {
    double[] values = {0, 1, 2};
    Cholesky.solve(new double[] {4, 1, 1, 3}, 2, values, 1);
    assertArrayEquals(new double[] {0, 1.0 / 11, 7.0 / 11}, values, 1e-12);
  }

  @Test
  void productsOfBlocks() {
    try (FloatMatrix a = new FloatMatrix(3, 4);
        FloatMatrix c = new FloatMatrix(2, 2)) {
      for (int i = 0; i < 12; i++) {
        a.set(i / 4, i % 4, i);
      }
      // Rows 1-2 of a times rows 1-2 of a transposed, columns 0-2.
      c.whole().addProduct(0f, 2f, a.block(1, 2, 0, 3), a.block(1, 2, 0, 3).transpose());
      assertEquals(2 * (16 + 25 + 36), c.get(0, 0));
      assertEquals(2 * (32 + 45 + 60), c.get(0, 1));
      assertEquals(2 * (64 + 81 + 100), c.get(1, 1));
    }
  }
}
