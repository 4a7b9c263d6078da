package org.qcnn.kernel;

import static org.qcnn.kernel.KernelsUnderTest.constant;
import static org.qcnn.kernel.KernelsUnderTest.images;

import org.junit.jupiter.api.Test;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Transposition;

/** Operators that only move elements. */
interface MovementContract extends KernelsUnderTest {
  @Test
  default void concatenation() {
    check(new Concatenation(0), images(3, 4, 5));
    check(new Concatenation(0), images(3, 4, 5), images(1, 4, 5), images(7, 4, 5));
    check(new Concatenation(1), images(3, 4, 5), images(3, 1, 5));
    check(new Concatenation(2), images(3, 4, 5), images(3, 4, 9), constant(3, 4, 1));
    check(new Concatenation(0), images(17), constant(3));
  }

  @Test
  default void padding() {
    check(new Padding(new int[] {0, 1, 2}, new int[] {0, 3, 0}, 1.5f), images(3, 4, 5));
    check(new Padding(new int[] {2, 0, 0}, new int[] {1, 0, 0}, 0f), images(3, 4, 5));
    check(new Padding(new int[] {0}, new int[] {0}, 0f), images(9));
    check(new Padding(new int[] {0, 70}, new int[] {0, 9000}, -1f), constant(2, 5));
  }

  @Test
  default void slicing() {
    int[] one = {1, 1, 1};
    check(new Slicing(new int[] {0, 0, 0}, one, new int[] {3, 4, 5}), images(3, 4, 5));
    check(new Slicing(new int[] {1, 0, 2}, one, new int[] {2, 4, 3}), images(3, 4, 5));
    check(
        new Slicing(new int[] {1, 0, 1}, new int[] {2, 3, 4}, new int[] {3, 3, 2}),
        images(7, 8, 9));
    check(new Slicing(new int[] {5}, new int[] {1 << 30}, new int[] {1}), images(9));
    check(new Slicing(new int[] {2, 1}, new int[] {1, 2}, new int[] {1, 3}), constant(3, 6));
  }

  @Test
  default void transposition() {
    check(new Transposition(0), images(9));
    check(new Transposition(1, 0), images(5, 9));
    check(new Transposition(1, 2, 0), images(3, 4, 5));
    check(new Transposition(2, 0, 1), images(3, 4, 5));
    check(new Transposition(0, 1, 2), images(3, 4, 5));
    check(new Transposition(0, 2, 1, 4, 3), constant(3, 4, 5, 2, 3));
    check(new Transposition(5, 4, 3, 2, 1, 0), images(2, 3, 2, 3, 2, 3));
  }
}
