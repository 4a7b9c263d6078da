package org.qcnn.compression;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.training.SubspaceLayout;

/**
 * Chooses the input bounds of a convolution with 8-bit operands and, with 8-bit tables, its table
 * shifts anew: for each subspace those at which the errors of entries, computed as the kernels do
 * it on inputs of the calibration images, vary least. Bounds narrower than what was seen clamp a
 * few large inputs, so that all others are finer. What entries are off on average, which adds up
 * over a filter's taps, is taken from its bias.
 */
final class InputBoundsChoice {
  // Sub-vectors on which bounds are tried.
  private static final int TRIED = 2048;
  // Bounds are tried each narrower than those before it, as long as that helps.
  private static final double NARROWER = Math.pow(2, -0.25);
  private static final int CANDIDATES = 24;
  // In place of a table shift: tables of 16 bits, which have none.
  private static final int OF_WORDS = -1;

  private final QuantizedWeights weights;
  private final SubspaceLayout layout;
  private final FloatMatrix inputs;

  private record Choice(double low, double high, int shift, double variance) {}

  /** What was chosen. */
  static final class Result {
    /** With input bounds, and table shifts if there were some. */
    final QuantizedWeights weights;

    /** What to add to the bias of each filter. */
    final float[] biasCorrection;

    private Result(QuantizedWeights weights, float[] biasCorrection) {
      this.weights = weights;
      this.biasCorrection = biasCorrection;
    }
  }

  /**
   * Prepares a choice.
   *
   * @param weights with table shifts, or without them for 16-bit tables
   * @param inputs {@code [samples, inputs]} in the order of {@code layout}
   */
  InputBoundsChoice(QuantizedWeights weights, SubspaceLayout layout, FloatMatrix inputs) {
    this.weights = weights;
    this.layout = layout;
    this.inputs = inputs;
  }

  /** Chooses. */
  Result apply(Workers workers) {
    byte[] shifts = weights.tableShifts();
    boolean ofBytes = shifts.length > 0;
    float[] bounds = new float[2 * layout.subspaces()];
    float[][] means = new float[layout.subspaces()][];
    workers.run(
        means.length,
        (subspace, thread) -> {
          Choice best = best(subspace, ofBytes ? shifts[subspace] : OF_WORDS);
          if (ofBytes) {
            shifts[subspace] = (byte) best.shift;
          }
          bounds[2 * subspace] = (float) best.low;
          bounds[2 * subspace + 1] = (float) best.high;
          ByteEntries all = entries(subspace, Integer.MAX_VALUE);
          means[subspace] = errors(all, best.low, best.high, best.shift).means;
        });
    return new Result(weights.with(weights.responseRange(), shifts, bounds), correction(means));
  }

  /** Returns minus the mean errors of each filter's entries, summed up. */
  private float[] correction(float[][] means) {
    byte[] assignments = weights.assignments();
    float[] correction = new float[weights.shape().extent(0)];
    int perFilter = assignments.length / correction.length;
    for (int i = 0; i < assignments.length; i++) {
      correction[i / perFilter] -= means[i % means.length][assignments[i] & 0xff];
    }
    return correction;
  }

  private ByteEntries entries(int subspace, int count) {
    double unit = 2.0 * weights.responseRange() / 32767;
    return new ByteEntries(
        subVectors(subspace, count), words(subspace), layout.width(subspace), unit);
  }

  private Choice best(int subspace, int shift) {
    float low = 0;
    float high = 0;
    for (float value : subVectors(subspace, Integer.MAX_VALUE)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low == high) { // there is nothing to choose by
      return new Choice(-weights.inputRange(), weights.inputRange(), shift, 0);
    }
    ByteEntries entries = entries(subspace, TRIED);
    // A coarser table may be better than bounds as narrow as a finer one needs.
    Choice best = narrowed(entries, low, high, shift);
    for (int next = shift + 1;
        shift != OF_WORDS && next <= QuantizedWeights.MAX_TABLE_SHIFT;
        next++) {
      Choice choice = narrowed(entries, low, high, next);
      if (choice.variance >= best.variance) {
        break;
      }
      best = choice;
    }
    return best;
  }

  /** Returns the best bounds at a shift; all that was seen if the codewords fit none. */
  private static Choice narrowed(ByteEntries entries, double low, double high, int shift) {
    Choice best = new Choice(low, high, shift, Double.POSITIVE_INFINITY);
    double part = 1;
    for (int i = 0; i < CANDIDATES; i++) {
      if (shift == OF_WORDS || entries.fit(low * part, high * part, shift)) {
        double variance = errors(entries, low * part, high * part, shift).variance;
        if (variance >= best.variance) {
          break;
        }
        best = new Choice(low * part, high * part, shift, variance);
      }
      part *= NARROWER;
    }
    return best;
  }

  private static ByteEntries.Errors errors(
      ByteEntries entries, double low, double high, int shift) {
    return shift == OF_WORDS ? entries.operandErrors(low, high) : entries.errors(low, high, shift);
  }

  /** Returns about {@code count} sub-vectors, {@code [n, width]}, spread over samples and taps. */
  private float[] subVectors(int subspace, int count) {
    int width = layout.width(subspace);
    int all = inputs.rows() * layout.kernelPositions();
    int step = Math.max(1, all / count);
    float[] values = new float[(all + step - 1) / step * width];
    int next = 0;
    for (int i = 0; i < all; i += step) {
      int tap = i / step % layout.kernelPositions();
      int column = layout.firstRow(subspace) + tap * width;
      for (int d = 0; d < width; d++) {
        values[next++] = inputs.get(i / layout.kernelPositions(), column + d);
      }
    }
    return values;
  }

  /** Returns the sub-codewords of a subspace, {@code [K, width]}. */
  private float[] words(int subspace) {
    int size = layout.size();
    int width = layout.width(subspace);
    float[] words = new float[weights.subCodewords() * width];
    FloatBuffer codebooks = weights.codebooks().values();
    int first = subspace * weights.subCodewords() * size;
    for (int k = 0; k < weights.subCodewords(); k++) {
      for (int d = 0; d < width; d++) {
        words[k * width + d] = codebooks.get(first + k * size + d);
      }
    }
    return words;
  }
}
