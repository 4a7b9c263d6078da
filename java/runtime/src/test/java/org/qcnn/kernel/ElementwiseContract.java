package org.qcnn.kernel;

import static org.qcnn.kernel.KernelsUnderTest.constant;
import static org.qcnn.kernel.KernelsUnderTest.images;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;

/** Activations and arithmetic with broadcasting. */
interface ElementwiseContract extends KernelsUnderTest {
  @Test
  default void activations() {
    for (Activation activation : Samples.ACTIVATIONS) {
      check(new Activate(activation), images(1));
      check(new Activate(activation), images(3, 7, 11));
      check(new Activate(activation), images(5000));
    }
  }

  default void combine(Operand a, Operand b) {
    for (Arithmetic.Kind kind : Arithmetic.Kind.values()) {
      if (kind != Arithmetic.Kind.DIVIDE) {
        Activation activation = Samples.ACTIVATIONS[kind.code];
        check(new Arithmetic(kind, activation), a, b);
      }
    }
  }

  @Test
  default void arithmeticOfEqualShapes() {
    combine(images(1), images(1));
    combine(images(37), images(37));
    combine(images(5, 6, 7), images(5, 6, 7));
    combine(images(5, 6, 7), constant(5, 6, 7));
    combine(constant(5, 6, 7), images(5, 6, 7));
  }

  @Test
  default void arithmeticWithBroadcasting() {
    combine(images(5, 6, 7), constant(5, 1, 1));
    combine(constant(5, 1, 1), images(5, 6, 7));
    combine(images(5, 6, 7), images(5, 1, 1));
    combine(images(5, 6, 7), constant());
    combine(images(5, 6, 7), constant(7));
    combine(images(5, 6, 7), images(6, 1));
    combine(images(5, 1, 7), images(1, 6, 1));
    combine(images(1, 6, 1), constant(4, 5, 1, 7));
  }

  @Test
  default void arithmeticOfManyAxes() {
    combine(images(2, 3, 2, 3, 2, 3), images(2, 1, 2, 1, 2, 1));
    combine(images(2, 1, 3, 1, 2, 1, 3, 2), images(2, 1, 3, 1, 2, 1, 3, 2));
  }

  @Test
  default void division() {
    for (int batch : new int[] {1, 3}) {
      Samples samples = new Samples(batch);
      float[] divisors = samples.floats(5);
      for (int i = 0; i < divisors.length; i++) {
        divisors[i] = 0.5f + Math.abs(divisors[i]);
      }
      check(
          new Arithmetic(Arithmetic.Kind.DIVIDE, Activation.NONE),
          batch,
          List.of(samples.floats(batch * 5 * 9), divisors),
          images(5, 9),
          constant(5, 1));
    }
  }
}
