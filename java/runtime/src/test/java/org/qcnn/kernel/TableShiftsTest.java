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
  private static int largest(int kernel, int stride) {
    return TableShifts.largest(Window.square(kernel, stride, 0));
  }

  @Test
  void theLargestLeavesRoomForAllPairsOfAPhase() {
    // One tap is a pair of its own: 128 << 7 = 16384, 128 << 8 would be 32768.
    assertEquals(7, largest(1, 1));
    assertEquals(5, largest(3, 1));
    assertEquals(4, largest(5, 1));
    // 4x4 taps of an 7x7 kernel read the same phase, 3x3 of an 11x11 kernel.
    assertEquals(4, largest(7, 2));
    assertEquals(5, largest(11, 4));
    // 16 x 16 = 256 taps are 128 pairs, 22 x 22 = 484 are 242.
    assertEquals(0, largest(16, 1));
    assertEquals(0, largest(22, 1));
  }

  @Test
  void moreTapsThanThePairsHaveRoomForAreRefused() {
    Window most = LayerContract.window(5, 102, 1, 1, 0, 0, 0, 0, 1, 1);
    assertEquals(0, TableShifts.largest(most));
    assertTrue(TableShifts.exist(most));
    Window more = LayerContract.window(7, 73, 1, 1, 0, 0, 0, 0, 1, 1);
    assertFalse(TableShifts.exist(more));
    String message =
        assertThrows(KernelException.class, () -> TableShifts.largest(more)).getMessage();
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
  void shiftsOfTheWeightsAreKeptOrRefused() {
    float[] words = {1, 1};
    assertArrayEquals(new byte[] {5, 2}, shifts(layer(3, 1f, words, new byte[] {5, 2})));
    Convolution layer = layer(3, 1f, words, new byte[] {2, 6});
    String message = assertThrows(KernelException.class, () -> shifts(layer)).getMessage();
    assertTrue(message.contains("shift of 6") && message.contains("room for 5"), message);
  }
}
