package org.qcnn.kernel.support;

import java.util.Arrays;
import org.qcnn.kernel.KernelException;
import org.qcnn.tensor.Shape;

/**
 * How to walk through two operands a and b at once: element (i0, ..., i5) of an operand lies at the
 * sum of i * stride. Axes that lie one behind the other in both operands are merged, so that the
 * last axis is as long as possible; axis 0 stays apart, because the work is split along it.
 */
public final class Strides {
  /** The number of axes, {@code QCNN_MAX_AXES}. */
  public static final int AXES = 6;

  private static final int LAST = AXES - 1;

  private final int[] extents = new int[AXES];
  private final int[] aStrides = new int[AXES];
  private final int[] bStrides = new int[AXES];

  /**
   * Returns merged strides.
   *
   * @param extents the extents of the walk, outermost first
   * @param aStrides one stride per axis, in elements
   * @param bStrides one stride per axis, in elements
   * @throws KernelException if more than six axes remain
   */
  public Strides(int[] extents, int[] aStrides, int[] bStrides) {
    Arrays.fill(this.extents, 1);
    int outermost = 0;
    while (outermost < extents.length && extents[outermost] == 1) {
      outermost++;
    }
    int placed = AXES;
    for (int axis = extents.length - 1; axis >= outermost; axis--) {
      // A lone axis becomes the last one: split along it, every element would be a row of its own.
      boolean apart = axis == outermost && placed < AXES;
      if (extents[axis] == 1 || (!apart && merge(placed, extents, aStrides, bStrides, axis))) {
        continue;
      }
      placed = apart ? 0 : placed - 1;
      if (placed == 0 && !apart) {
        throw new KernelException(
            "elements lie too scattered to be walked along " + AXES + " axes");
      }
      this.extents[placed] = extents[axis];
      this.aStrides[placed] = aStrides[axis];
      this.bStrides[placed] = bStrides[axis];
    }
  }

  /** Merges an axis into the one placed before, if it continues that one in both operands. */
  private boolean merge(int placed, int[] extents, int[] aStrides, int[] bStrides, int axis) {
    boolean continues =
        placed < AXES
            && aStrides[axis] == this.aStrides[placed] * this.extents[placed]
            && bStrides[axis] == this.bStrides[placed] * this.extents[placed];
    if (continues) {
      this.extents[placed] *= extents[axis];
    }
    return continues;
  }

  /** Returns the strides of a contiguous tensor. */
  public static int[] contiguous(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape.extent(axis);
    }
    return strides;
  }

  /**
   * Returns the strides of two operands that are repeated to the shape of an output, as in ONNX.
   */
  public static Strides broadcast(Shape a, Shape b, Shape output) {
    return new Strides(output.extents(), repeated(a, output), repeated(b, output));
  }

  /** Returns the strides with which an operand is read while {@code output} is walked through. */
  private static int[] repeated(Shape operand, Shape output) {
    int[] own = contiguous(operand);
    int[] strides = new int[output.rank()];
    int missing = output.rank() - operand.rank();
    for (int axis = missing; axis < strides.length; axis++) {
      strides[axis] = operand.extent(axis - missing) == 1 ? 0 : own[axis - missing];
    }
    return strides;
  }

  /**
   * Returns extents, strides of a and strides of b as the C struct {@code qcnn_strides} has them.
   */
  public int[] toArray() {
    int[] all = new int[3 * AXES];
    System.arraycopy(extents, 0, all, 0, AXES);
    System.arraycopy(aStrides, 0, all, AXES, AXES);
    System.arraycopy(bStrides, 0, all, 2 * AXES, AXES);
    return all;
  }

  /** Returns the extent of axis 0, along which the work can be split. */
  public int outermost() {
    return extents[0];
  }

  /** Returns the extent of the last axis: the length of a row. */
  public int rowLength() {
    return extents[LAST];
  }

  /** Returns the step of a within a row. */
  public int aStep() {
    return aStrides[LAST];
  }

  /** Returns the step of b within a row. */
  public int bStep() {
    return bStrides[LAST];
  }

  /** What to do with one row: where it begins in a and in b, and its number. */
  public interface Row {
    void run(int a, int b, int number);
  }

  /** Visits the rows of {@code first <= i0 < last} in ascending order. */
  public void forEachRow(int first, int last, Row row) {
    int rows = 1;
    for (int axis = 1; axis < LAST; axis++) {
      rows *= extents[axis];
    }
    for (int number = first * rows; number < last * rows; number++) {
      int a = 0;
      int b = 0;
      int rest = number;
      for (int axis = LAST - 1; axis >= 0; axis--) {
        int index = rest % extents[axis];
        rest /= extents[axis];
        a += index * aStrides[axis];
        b += index * bStrides[axis];
      }
      row.run(a, b, number);
    }
  }
}
