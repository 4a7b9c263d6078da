package org.qcnn.compression;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.TableShifts;
import org.qcnn.training.SubspaceLayout;

/**
 * Chooses the table shifts of a convolution: for each subspace the one at which the 8-bit entries,
 * rounded and clamped, lie nearest to the inner products that they stand for, on inputs of the
 * calibration images.
 */
final class TableShiftChoice {
  // Fine enough to see how far entries are rounded at a shift of 0.
  private static final int BINS_PER_UNIT = 4;
  private static final int LARGEST_SHIFT = QuantizedWeights.MAX_TABLE_SHIFT;
  private static final int BINS = (TableShifts.LARGEST_ENTRY << LARGEST_SHIFT) * BINS_PER_UNIT;
  // Rows of inputs whose products with all sub-codewords are formed at once.
  private static final int ROWS = 1024;

  private final QuantizedWeights weights;
  private final SubspaceLayout layout;
  private final FloatMatrix inputs;

  /**
   * Prepares a choice.
   *
   * @param weights with the largest response seen
   * @param inputs {@code [samples, inputs]} in the order of {@code layout}
   */
  TableShiftChoice(QuantizedWeights weights, SubspaceLayout layout, FloatMatrix inputs) {
    this.weights = weights;
    this.layout = layout;
    this.inputs = inputs;
  }

  /** Returns the weights with table shifts. */
  QuantizedWeights apply(Workers workers) {
    byte[] shifts = new byte[layout.subspaces()];
    workers.run(shifts.length, (subspace, thread) -> shifts[subspace] = best(entries(subspace)));
    return weights.with(weights.responseRange(), shifts, new float[0]);
  }

  /** Returns how many entries of a table have each magnitude, in bins of units of the sum. */
  private int[] entries(int subspace) {
    int width = layout.width(subspace);
    int rows = Math.min(ROWS, inputs.rows());
    // In bins of the entry that 1 stands for.
    float scale = (float) (BINS_PER_UNIT * 32767 / (2.0 * weights.responseRange()));
    int[] counts = new int[BINS];
    try (FloatMatrix words = words(subspace);
        FloatMatrix products = new FloatMatrix(rows, weights.subCodewords())) {
      for (int tap = 0; tap < layout.kernelPositions(); tap++) {
        int column = layout.firstRow(subspace) + tap * width;
        for (int first = 0; first < inputs.rows(); first += rows) {
          int count = Math.min(rows, inputs.rows() - first);
          products
              .block(0, count, 0, products.columns())
              .addProduct(0f, scale, inputs.block(first, count, column, width), words.whole());
          count(products.values().limit(count * products.columns()), counts);
        }
      }
    }
    return counts;
  }

  /** Returns the sub-codewords of a subspace, {@code [width, K]}. */
  private FloatMatrix words(int subspace) {
    FloatMatrix words = new FloatMatrix(layout.width(subspace), weights.subCodewords());
    FloatBuffer codebooks = weights.codebooks().values();
    for (int k = 0; k < words.columns(); k++) {
      int word = (subspace * words.columns() + k) * layout.size();
      for (int d = 0; d < words.rows(); d++) {
        words.set(d, k, codebooks.get(word + d));
      }
    }
    return words;
  }

  private static void count(FloatBuffer entries, int[] counts) {
    while (entries.hasRemaining()) {
      counts[(int) Math.min(BINS - 1, Math.abs(entries.get()))]++;
    }
  }

  /** Returns the shift with the smallest mean square error; of equal ones the smallest. */
  private static byte best(int[] counts) {
    int best = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (int shift = 0; shift <= LARGEST_SHIFT; shift++) {
      double error = squaredError(counts, 1 << shift);
      if (error < smallest) {
        best = shift;
        smallest = error;
      }
    }
    return (byte) best;
  }

  private static double squaredError(int[] counts, int unit) {
    double sum = 0;
    for (int bin = 0; bin < counts.length; bin++) {
      if (counts[bin] > 0) {
        double entry = (bin + 0.5) / BINS_PER_UNIT;
        double kept = Math.min(TableShifts.LARGEST_ENTRY, Math.rint(entry / unit)) * unit;
        sum += counts[bin] * (entry - kept) * (entry - kept);
      }
    }
    return sum;
  }
}
