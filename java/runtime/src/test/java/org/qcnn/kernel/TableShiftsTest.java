package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class TableShiftsTest {
  @Test
  void moreTapsThanThePairsHaveRoomForAreRefused() {
    assertTrue(TableShifts.exist(LayerContract.window(5, 102, 1, 1, 0, 0, 0, 0, 1, 1)));
    Window more = LayerContract.window(7, 73, 1, 1, 0, 0, 0, 0, 1, 1);
    assertFalse(TableShifts.exist(more));
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, 1, 7, 73),
            Tensor.over(Shape.of(1, 1, 1), new float[] {1}),
            new byte[7 * 73],
            1f,
            1f,
            new byte[1]);
    Convolution layer = new Convolution(more, 1, weights, new float[1], Activation.NONE);
    String message =
        assertThrows(KernelException.class, () -> TableShifts.of(layer, weights)).getMessage();
    assertTrue(message.contains("a kernel of 7x73 has more"), message);
  }

  private static Convolution layer(int kernel, float responseRange, float[] words, byte[] shifts) {
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, words.length, kernel, kernel),
            Tensor.over(Shape.of(words.length, 1, 1), words),
            new byte[kernel * kernel * words.length],
            1f,
            responseRange,
            shifts);
    return new Convolution(Window.square(kernel, 1, 0), 1, weights, new float[1], Activation.NONE);
  }

  private static byte[] shifts(Convolution layer) {
    return TableShifts.of(layer, (QuantizedWeights) layer.weights());
  }

  @Test
  void withoutShiftsTablesHaveSixteenBits() {
    float[] words = {0, 127};
    assertEquals(0, shifts(layer(3, 1f, words, new byte[0])).length);
  }

  @Test
  void shiftsOfTheWeightsAreKept() {
    float[] words = {1, 1};
    assertArrayEquals(new byte[] {8, 2}, shifts(layer(3, 1f, words, new byte[] {8, 2})));
  }
}
