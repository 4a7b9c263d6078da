package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class LookupScalesTest {
  private static QuantizedWeights weights(float inputRange, float responseRange, float... word) {
    Tensor codebooks = Tensor.over(Shape.of(1, 1, word.length), word);
    return new QuantizedWeights(
        Shape.of(1, word.length), codebooks, new byte[1], inputRange, responseRange);
  }

  @Test
  void followsTheRangesWhenThereIsRoom() {
    LookupScales scales = new LookupScales(weights(10f, 1000f, 0.5f, -0.25f));
    assertEquals(32767 / 20.0, scales.inputScale, 1e-3);
    assertEquals(32767 / 2000.0, 1 / scales.outputScale, 1e-3);
    double product = (double) scales.inputScale * scales.codewordScale / 65536;
    assertEquals(1, product * scales.outputScale, 1e-6);
  }

  /** For all sizes, ranges and codewords: the largest inputs overflow neither 32 nor 16 bits. */
  @Test
  void nothingEverOverflows() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      int largest = round % 10 == 0 ? QuantizedWeights.MAX_SUB_CODEWORD_SIZE : 16;
      float[] word = new float[1 + random.nextInt(largest)];
      boolean equal = random.nextBoolean();
      float magnitude = (float) Math.exp(random.nextGaussian() * 10);
      for (int d = 0; d < word.length; d++) {
        word[d] = equal ? magnitude : (float) random.nextGaussian() * magnitude;
      }
      float inputRange = (float) Math.exp(random.nextGaussian() * 3);
      float responseRange = (float) Math.exp(random.nextGaussian() * 12);
      checkRoom(new LookupScales(weights(inputRange, responseRange, word)), word);
    }
  }

  private static void checkRoom(LookupScales scales, float[] word) {
    long sum = 1 << 15;
    for (float element : word) {
      int d = scales.codeword(0, element);
      assertTrue(Math.abs(d) <= 32767, "d is " + d);
      sum += (long) Math.abs(d) * scales.input(0, Float.POSITIVE_INFINITY);
    }
    assertTrue(sum <= Integer.MAX_VALUE, "sum is " + sum);
    assertTrue(sum >> 16 <= Short.MAX_VALUE, "entry is " + (sum >> 16));
  }

  @Test
  void inputsAreClampedAndNanIsZero() {
    LookupScales scales = new LookupScales(weights(1f, 1f, 1f));
    assertEquals(32767, scales.input(0, Float.POSITIVE_INFINITY));
    assertEquals(-32767, scales.input(0, Float.NEGATIVE_INFINITY));
    assertEquals(32767, scales.input(0, Float.MAX_VALUE));
    assertEquals(-32767, scales.input(0, -2.5f));
    assertEquals(0, scales.input(0, Float.NaN));
    assertEquals(0, scales.input(0, Float.MIN_VALUE));
  }

  @Test
  void halvesAreRoundedToEven() {
    LookupScales scales = new LookupScales(weights(32767 / 2f, 1f, 1f));
    assertEquals(1f, scales.inputScale);
    assertEquals(0, scales.input(0, 0.5f));
    assertEquals(2, scales.input(0, 1.5f));
    assertEquals(-2, scales.input(0, -2.5f));
  }

  @Test
  void zeroCodebooksAreFine() {
    LookupScales scales = new LookupScales(weights(1f, 1f, 0f, 0f));
    assertEquals(0, scales.codeword(0, 0f));
  }

  @Test
  void whatFitsNoFloatIsRefused() {
    assertThrows(KernelException.class, () -> new LookupScales(weights(1e-40f, 1f, 1f)));
  }
}
