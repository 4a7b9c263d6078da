package org.qcnn.finetuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DistillationLossTest {
  private static final float[] TEACHER = {9, 1f, -2f, 0.5f};

  @Test
  void equalScoresHaveNoLossAndNoGradient() {
    float[] gradient = new float[4];
    double loss = new DistillationLoss(2, 1).of(TEACHER, TEACHER, 0, 4, gradient, 1);
    assertEquals(0, loss, 1e-9);
    assertArrayEquals(new float[4], gradient, 1e-6f);
  }

  @Test
  void gradientIsThatOfTheLoss() {
    float[] pupil = {9, 0.3f, -1f, 0.9f};
    DistillationLoss loss = new DistillationLoss(3, 0.5);
    float[] gradient = new float[4];
    loss.of(pupil, TEACHER, 1, 3, gradient, 2);
    for (int i = 1; i < 4; i++) {
      float[] above = pupil.clone();
      float[] below = pupil.clone();
      above[i] += 0.01f;
      below[i] -= 0.01f;
      double slope =
          (loss.of(above, TEACHER, 1, 3, null, 0) - loss.of(below, TEACHER, 1, 3, null, 0)) / 0.02;
      assertEquals(2 * slope, gradient[i], 1e-3);
    }
    assertEquals(0f, gradient[0]);
  }

  @Test
  void divergenceIsThatOfTheBook() {
    float[] pupil = {0, 0};
    float[] teacher = {(float) Math.log(3), 0};
    double expected = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
    assertEquals(expected, new DistillationLoss(1, 0).of(pupil, teacher, 0, 2, null, 0), 1e-6);
  }
}
