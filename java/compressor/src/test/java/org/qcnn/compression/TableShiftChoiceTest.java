package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.training.SubspaceLayout;

class TableShiftChoiceTest {
  private static final int SAMPLES = 3000;
  // A unit of the sum is a response of 1.
  private static final float UNIT = 32767 / 2f;

  /** Chooses for subspaces of one channel, whose only sub-codeword is 1. */
  private static QuantizedWeights choose(float[]... inputsOfSubspaces) {
    int subspaces = inputsOfSubspaces.length;
    SubspaceLayout layout = new SubspaceLayout(subspaces, 1, 1);
    float[] words = new float[subspaces];
    Arrays.fill(words, 1f);
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, subspaces, 1, 1),
            Tensor.over(Shape.of(subspaces, 1, 1), words),
            new byte[subspaces],
            1f,
            UNIT);
    try (Workers workers = new Workers(2);
        FloatMatrix inputs = new FloatMatrix(SAMPLES, subspaces)) {
      for (int m = 0; m < subspaces; m++) {
        for (int i = 0; i < SAMPLES; i++) {
          inputs.set(i, m, inputsOfSubspaces[m][i]);
        }
      }
      return new TableShiftChoice(weights, layout, inputs).apply(workers);
    }
  }

  private static float[] uniform(float largest) {
    Random random = new Random(1);
    float[] values = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      values[i] = largest * (2 * random.nextFloat() - 1);
    }
    return values;
  }

  @Test
  void theEntriesOfEachSubspaceFitEightBits() {
    QuantizedWeights chosen = choose(uniform(1), uniform(127), uniform(250), uniform(4000));
    assertArrayEquals(new byte[] {0, 0, 1, 5}, chosen.tableShifts());
    assertEquals(UNIT, chosen.responseRange());
  }

  @Test
  void aFewLargeEntriesAreClamped() {
    float[] entries = uniform(100);
    entries[7] = 140;
    assertArrayEquals(new byte[] {0}, choose(entries).tableShifts());
    // Of these, clamping would cost more than rounding all others.
    entries[7] = 1000;
    assertTrue(choose(entries).tableShifts()[0] > 0);
  }

  @Test
  void noInputsGiveTheFinestTables() {
    assertArrayEquals(new byte[] {0}, choose(new float[SAMPLES]).tableShifts());
  }
}
