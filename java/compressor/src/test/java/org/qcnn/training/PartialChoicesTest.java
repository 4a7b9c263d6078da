package org.qcnn.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Three positions of two weights each, four sub-codewords. */
class PartialChoicesTest {
  private static final int POSITIONS = 3;
  private static final int WIDTH = 2;
  private static final int WORDS = 4;
  private static final int ROWS = POSITIONS * WIDTH;

  private final Random random = new Random(5);
  private final float[] weights = numbers(ROWS);
  private final float[] gradient = numbers(ROWS);
  private final float[] words = numbers(WIDTH * WORDS);
  private final float[] gram = gram();

  private float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** Second moments of correlated inputs. */
  private float[] gram() {
    float[] mixing = numbers(ROWS * ROWS);
    float[] moments = new float[ROWS * ROWS];
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < ROWS; j++) {
        for (int k = 0; k < ROWS; k++) {
          moments[i * ROWS + j] += mixing[i * ROWS + k] * mixing[j * ROWS + k];
        }
      }
    }
    return moments;
  }

  private float[] norms(int position) {
    float[] norms = new float[WORDS];
    for (int k = 0; k < WORDS; k++) {
      for (int i = 0; i < WIDTH; i++) {
        for (int j = 0; j < WIDTH; j++) {
          int row = position * WIDTH;
          norms[k] +=
              gram[(row + i) * ROWS + row + j] * words[i * WORDS + k] * words[j * WORDS + k];
        }
      }
    }
    return norms;
  }

  /** The change of the objective by its definition: delta' G delta - 2 delta' p. */
  private double change(int[] codes) {
    return changeOfFirst(POSITIONS, codes);
  }

  /** The same where only the first positions change. */
  private double changeOfFirst(int positions, int[] codes) {
    double[] delta = new double[ROWS];
    for (int row = 0; row < positions * WIDTH; row++) {
      delta[row] = words[row % WIDTH * WORDS + codes[row / WIDTH]] - weights[row];
    }
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      sum -= 2 * delta[i] * gradient[i];
      for (int j = 0; j < ROWS; j++) {
        sum += delta[i] * gram[i * ROWS + j] * delta[j];
      }
    }
    return sum;
  }

  private PartialChoices search(int most) {
    PartialChoices choices = new PartialChoices(most, POSITIONS, WIDTH, gradient);
    for (int p = 0; p < POSITIONS; p++) {
      choices.choose(p, weights, gram, norms(p), words);
    }
    return choices;
  }

  @Test
  void aBeamOfAllChoicesFindsTheBest() {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < WORDS * WORDS * WORDS; i++) {
      best = Math.min(best, change(new int[] {i % 4, i / 4 % 4, i / 16}));
    }
    PartialChoices found = search(WORDS * WORDS * WORDS);
    assertEquals(best, found.change(), 1e-4 * Math.abs(best));
    assertEquals(best, change(found.codes()), 1e-4 * Math.abs(best));
  }

  @Test
  void theChangeIsThatOfTheChoice() {
    for (int most = 1; most <= WORDS; most++) {
      PartialChoices found = search(most);
      double change = change(found.codes());
      assertEquals(change, found.change(), 1e-4 * Math.abs(change), "a beam of " + most);
    }
  }

  @Test
  void aSingleChoiceTakesTheBestOfEachPositionInTurn() {
    int[] codes = search(1).codes();
    int[] present = {0, 0, 0};
    for (int p = 0; p < POSITIONS; p++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < WORDS; k++) {
        present[p] = k;
        double change = changeOfFirst(p + 1, present);
        if (change < least) {
          least = change;
          best = k;
        }
      }
      present[p] = best;
      assertEquals(best, codes[p], "position " + p);
    }
  }

  @Test
  void whatIsNotANumberChangesNothing() {
    gradient[0] = Float.NaN;
    assertEquals(0, search(3).change());
  }
}
