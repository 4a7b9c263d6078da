package org.qcnn.kernel;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Window;

/** Operators that gather neighbours: poolings, normalization, softmax. */
interface PoolingContract extends KernelsUnderTest {
  default void pool(Window window, boolean ceilMode, int channels, int height, int width) {
    Operand input = KernelsUnderTest.images(channels, height, width);
    check(new Pooling(Pooling.Kind.MAXIMUM, window, ceilMode, false), input);
    check(new Pooling(Pooling.Kind.AVERAGE, window, ceilMode, false), input);
    check(new Pooling(Pooling.Kind.AVERAGE, window, ceilMode, true), input);
  }

  @Test
  default void pooling() {
    pool(Window.square(2, 2, 0), false, 3, 8, 8);
    pool(Window.square(2, 2, 0), true, 5, 7, 9);
    pool(Window.square(3, 2, 0), true, 4, 13, 12);
    pool(Window.square(3, 2, 1), true, 4, 14, 15);
    pool(Window.square(3, 1, 1), false, 2, 5, 33);
    pool(Window.square(3, 3, 1), true, 2, 10, 11);
    pool(Window.square(1, 1, 0), false, 2, 3, 3);
    pool(Window.square(7, 1, 0), false, 3, 7, 7);
  }

  @Test
  default void poolingWithOddWindows() {
    pool(LayerContract.window(2, 3, 2, 1, 0, 1, 1, 0, 1, 1), false, 3, 9, 10);
    pool(LayerContract.window(3, 2, 1, 2, 1, 0, 0, 1, 2, 3), false, 2, 11, 12);
    pool(LayerContract.window(5, 1, 4, 3, 2, 0, 1, 0, 1, 1), true, 2, 12, 8);
  }

  @Test
  default void poolingThatStepsOverTheImage() {
    pool(LayerContract.window(2, 1, 1, 1, 1, 0, 1, 0, 3, 1), false, 2, 2, 3);
  }

  @Test
  default void globalPooling() {
    for (int width : new int[] {1, 7, 40}) {
      Operand input = KernelsUnderTest.images(5, 3, width);
      check(new GlobalPooling(Pooling.Kind.MAXIMUM), input);
      check(new GlobalPooling(Pooling.Kind.AVERAGE), input);
    }
  }

  @Test
  default void localResponseNormalization() {
    for (int size : new int[] {1, 2, 5, 8}) {
      Operand input = KernelsUnderTest.images(6, 5, 13);
      check(new LocalResponseNormalization(size, 1e-4f, 0.75f, 1f), input);
      check(new LocalResponseNormalization(size, 0.9f, 0.5f, 2f), input);
      check(new LocalResponseNormalization(size, 0.3f, 1.1f, 1.5f), input);
    }
  }

  @Test
  default void softmax() {
    check(new Softmax(0, 0), KernelsUnderTest.images(1));
    check(new Softmax(0, 0), KernelsUnderTest.images(1000));
    check(new Softmax(0, 0), KernelsUnderTest.images(7, 3, 5));
    check(new Softmax(1, 1), KernelsUnderTest.images(4, 3, 2));
    check(new Softmax(2, 2), KernelsUnderTest.images(4, 3, 9));
    check(new Softmax(0, 2), KernelsUnderTest.images(4, 3, 9));
    check(new Softmax(1, 2), KernelsUnderTest.images(4, 3, 9));
  }
}
