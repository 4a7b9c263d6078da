package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.ByteScales;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.training.SubspaceLayout;

class InputBoundsChoiceTest {
  private static final int SAMPLES = 3000;
  // A unit of the sum is a response of 1.
  private static final float UNIT = 32767 / 2f;

  /** Chooses for one subspace of one channel, which two filters share. */
  private static InputBoundsChoice.Result choose(int shift, float[] words, float... inputs) {
    QuantizedWeights weights =
        new QuantizedWeights(
                Shape.of(words.length, 1, 1, 1),
                Tensor.over(Shape.of(1, words.length, 1), words),
                codes(words.length),
                300f,
                UNIT)
            .with(UNIT, new byte[] {(byte) shift}, new float[0]);
    return choose(weights, inputs);
  }

  private static InputBoundsChoice.Result choose(QuantizedWeights weights, float... inputs) {
    try (Workers workers = new Workers(2);
        FloatMatrix matrix = new FloatMatrix(SAMPLES, 1)) {
      for (int i = 0; i < SAMPLES; i++) {
        matrix.set(i, 0, inputs[i]);
      }
      SubspaceLayout layout = new SubspaceLayout(1, 1, 1);
      return new InputBoundsChoice(weights, layout, matrix).apply(workers);
    }
  }

  /** Filter f has sub-codeword f. */
  private static byte[] codes(int count) {
    byte[] codes = new byte[count];
    for (int f = 0; f < count; f++) {
      codes[f] = (byte) f;
    }
    return codes;
  }

  private static float[] uniform(float least, float largest) {
    Random random = new Random(1);
    float[] values = new float[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      values[i] = least + (largest - least) * random.nextFloat();
    }
    return values;
  }

  @Test
  void boundsEncloseWhatIsSeen() {
    float[] positive = choose(0, new float[] {0.4f}, uniform(0, 100)).weights.inputBounds();
    assertEquals(0, positive[0]);
    assertEquals(100, positive[1], 1);
    float[] both = choose(0, new float[] {0.4f}, uniform(-50, 100)).weights.inputBounds();
    assertEquals(-50, both[0], 1);
    assertEquals(100, both[1], 1);
  }

  @Test
  void codewordsHaveRoomInEightBits() {
    // At a shift of 0 the bounds would have to be a third of what is seen.
    QuantizedWeights chosen = choose(0, new float[] {4}, uniform(0, 100)).weights;
    assertArrayEquals(new byte[] {2}, chosen.tableShifts());
    ByteScales scales = new ByteScales(chosen, chosen.tableShifts());
    assertEquals(4f, scales.response(1), "the unit of the sum became coarser");
  }

  @Test
  void withoutShiftsBoundsAreThoseOfSixteenBitTables() {
    float[] inputs = uniform(-1, 3);
    inputs[7] = 30;
    float[] words = {1.03f, -200.7f};
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(2, 1, 1, 1), Tensor.over(Shape.of(1, 2, 1), words), codes(2), 300f, UNIT);
    InputBoundsChoice.Result result = choose(weights, inputs);
    assertEquals(0, result.weights.tableShifts().length);
    // A value out of 3000 is not worth clamping with 255 steps.
    assertArrayEquals(new float[] {-1, 30}, result.weights.inputBounds(), 1e-3f);
    // 127 integers reach 200.7, so that 1.03 becomes one step, 1.58, too large by 0.55.
    assertEquals(-0.55 * mean(inputs), result.biasCorrection[0], 0.02);
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  @Test
  void noInputsGiveTheBoundsOfTheLayer() {
    float[] bounds = choose(0, new float[] {0.1f}, new float[SAMPLES]).weights.inputBounds();
    assertArrayEquals(new float[] {-300, 300}, bounds);
  }

  @Test
  void filtersDoWithoutTheMeanErrorOfTheirEntries() {
    float[] inputs = uniform(0, 10);
    inputs[7] = 40;
    float[] words = {1.03f, -2.01f};
    InputBoundsChoice.Result result = choose(0, words, inputs);
    QuantizedWeights weights = result.weights;
    ByteScales scales = new ByteScales(weights, weights.tableShifts());
    for (int filter = 0; filter < words.length; filter++) {
      double error = 0;
      for (float input : inputs) {
        int product = scales.input(0, input) * scales.codeword(0, words[filter]);
        int entry = Math.max(-128, Math.min(127, (product + 128) >> 8));
        error += entry * (1 << weights.tableShifts()[0]) - input * words[filter];
      }
      assertEquals(-error / SAMPLES, result.biasCorrection[filter], 1e-4);
    }
  }
}
