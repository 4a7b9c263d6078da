package org.qcnn.kernel;

import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.support.StridePhases;

/**
 * The table shifts of lookup convolutions with 8-bit tables: an entry of the table of subspace m
 * counts in {@code 2^shift[m]} units of the 16-bit sum. Small shifts keep small entries exact,
 * large ones keep large entries from being clamped. Convolutions without shifts have 16-bit tables.
 */
public final class TableShifts {
  /** The largest entry of a table. */
  public static final int LARGEST_ENTRY = 127;

  /** The largest absolute sum of two entries, saturated to 8 bits. */
  private static final int LARGEST_PAIR = 128;

  private TableShifts() {}

  /**
   * Returns the largest shift at which no phase of the stride can exceed a 16-bit sum, whatever its
   * entries are: {@code (128 * pairs) << shift <= 32767}, where the pairs are those of the phase
   * with the most taps.
   *
   * @throws KernelException if a phase has more than 510 taps, so that not even 0 will do
   */
  public static int largest(Window window) {
    int room = room(window);
    if (room == 0) {
      throw new KernelException(
          "lookup tables can be summed over at most 510 kernel positions of one phase of the stride;"
              + " a kernel of "
              + window
              + " has more");
    }
    // The logarithm, rounded down.
    int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(room);
    return Math.min(shift, QuantizedWeights.MAX_TABLE_SHIFT);
  }

  /** Returns whether a window has few enough taps for lookup tables at all. */
  public static boolean exist(Window window) {
    return room(window) > 0;
  }

  /** Returns how many times the largest sum of a phase fits into 16 bits. */
  private static int room(Window window) {
    int taps = 0;
    for (int[] phase : StridePhases.of(window)) {
      taps = Math.max(taps, phase.length);
    }
    long pairs = (taps + 1L) / 2;
    return (int) (Short.MAX_VALUE / (LARGEST_PAIR * pairs));
  }

  /**
   * Returns the shifts of a layer's weights, one per subspace; none if its tables have 16 bits.
   *
   * @throws KernelException if the layer's window leaves no room for them
   */
  public static byte[] of(Convolution layer, QuantizedWeights weights) {
    byte[] shifts = weights.tableShifts();
    if (shifts.length == 0) {
      return shifts;
    }
    int largest = largest(layer.window());
    for (byte shift : shifts) {
      if (shift > largest) {
        throw new KernelException(
            "a table shift of "
                + shift
                + " is too large for a "
                + layer.window()
                + " kernel, whose sums have room for "
                + largest);
      }
    }
    return shifts;
  }
}
