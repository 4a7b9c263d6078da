package org.qcnn.kernel;

import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.support.StridePhases;

/**
 * The table shifts of lookup convolutions with 8-bit tables: an entry of the table of subspace m
 * counts in {@code 2^shift[m]} units of the response. Small shifts keep small entries exact, large
 * ones keep large entries from being clamped. Convolutions without shifts have 16-bit tables.
 */
public final class TableShifts {
  /** The largest entry of a table. */
  public static final int LARGEST_ENTRY = 127;

  /** The largest absolute sum of two entries, saturated to 8 bits. */
  private static final int LARGEST_PAIR = 128;

  private TableShifts() {}

  /** Returns whether a window has few enough taps for lookup tables at all. */
  public static boolean exist(Window window) {
    int taps = 0;
    for (int[] phase : StridePhases.of(window)) {
      taps = Math.max(taps, phase.length);
    }
    long pairs = (taps + 1L) / 2;
    return LARGEST_PAIR * pairs <= Short.MAX_VALUE;
  }

  /**
   * Returns the shifts of a layer's weights, one per subspace; none if its tables have 16 bits.
   *
   * @throws KernelException if there are some and a phase of the stride has more than 510 taps,
   *     whose pairs no 16-bit sum has room for
   */
  public static byte[] of(Convolution layer, QuantizedWeights weights) {
    byte[] shifts = weights.tableShifts();
    if (shifts.length > 0 && !exist(layer.window())) {
      throw new KernelException(
          "8-bit lookup tables can be summed over at most 510 kernel positions of one phase of the"
              + " stride; a kernel of "
              + layer.window()
              + " has more");
    }
    return shifts;
  }
}
