package org.qcnn.compression;

import java.util.function.IntToDoubleFunction;
import org.qcnn.kernel.ByteScales;
import org.qcnn.kernel.TableShifts;

/**
 * What 8-bit integers make of the table entries of one subspace: the arithmetic of {@link
 * ByteScales}, or of 16-bit tables, on some inputs and all sub-codewords, against their exact inner
 * products.
 */
final class ByteEntries {
  private final float[] inputs;
  private final float[] words;
  private final int width;
  private final double unit;
  private final float largestElement;

  /** How far entries are off, as responses. */
  static final class Errors {
    /** The sum over all sub-codewords of the variances of their entries' errors. */
    final double variance;

    /** By how much the entries of each sub-codeword are too large on average. */
    final float[] means;

    private Errors(double variance, float[] means) {
      this.variance = variance;
      this.means = means;
    }
  }

  /**
   * Prepares a comparison.
   *
   * @param inputs sub-vectors, {@code [n, width]}
   * @param words the sub-codewords, {@code [K, width]}
   * @param unit the response that a unit of the sum stands for
   */
  ByteEntries(float[] inputs, float[] words, int width, double unit) {
    this.inputs = inputs;
    this.words = words;
    this.width = width;
    this.unit = unit;
    float largest = 0;
    for (float element : words) {
      largest = Math.max(largest, Math.abs(element));
    }
    this.largestElement = largest;
  }

  /** Returns whether all elements of the sub-codewords have room in 8 bits. */
  boolean fit(double low, double high, int shift) {
    return largestElement * wordScale(low, high, shift) <= ByteScales.LARGEST_CODEWORD;
  }

  private double wordScale(double low, double high, int shift) {
    return 256 / (unit * (1 << shift)) * (high - low) / 255;
  }

  /** Returns the errors for these input bounds and this table shift. */
  Errors errors(double low, double high, int shift) {
    double inputScale = 255 / (high - low);
    int below = (int) Math.rint(-low * inputScale);
    int[] x = integers(inputs, inputScale, -below, 255 - below);
    int[] d = words(wordScale(low, high, shift));
    double entryUnit = unit * (1 << shift);
    return errors(x, d, products -> clamped((products + 128) >> 8) * entryUnit);
  }

  /**
   * Returns the errors for these input bounds with 16-bit tables. Their entries are rounded so
   * little that only what is made of inputs and sub-codewords counts.
   */
  Errors operandErrors(double low, double high) {
    double inputScale = 255 / (high - low);
    int below = (int) Math.rint(-low * inputScale);
    int[] x = integers(inputs, inputScale, -below, 255 - below);
    double wordScale = largestElement == 0 ? 1 : ByteScales.LARGEST_CODEWORD / largestElement;
    double product = 1 / (inputScale * wordScale);
    return errors(x, words(wordScale), products -> products * product);
  }

  private int[] words(double scale) {
    return integers(words, scale, -ByteScales.LARGEST_CODEWORD, ByteScales.LARGEST_CODEWORD);
  }

  private Errors errors(int[] x, int[] d, IntToDoubleFunction response) {
    float[] means = new float[words.length / width];
    int samples = x.length / width;
    double variance = 0;
    for (int k = 0; k < means.length; k++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < samples; i++) {
        float error = error(x, i * width, d, k * width, response);
        sum += error;
        squares += error * error;
      }
      double mean = sum / samples;
      means[k] = (float) mean;
      variance += squares / samples - mean * mean;
    }
    return new Errors(variance, means);
  }

  private float error(int[] x, int input, int[] d, int word, IntToDoubleFunction response) {
    int products = 0;
    float exact = 0;
    for (int i = 0; i < width; i++) {
      products += x[input + i] * d[word + i];
      exact += inputs[input + i] * words[word + i];
    }
    return (float) response.applyAsDouble(products) - exact;
  }

  private static int clamped(int entry) {
    return Math.max(-TableShifts.LARGEST_ENTRY - 1, Math.min(TableShifts.LARGEST_ENTRY, entry));
  }

  private static int[] integers(float[] values, double scale, int least, int largest) {
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = (int) Math.max(least, Math.min(largest, Math.rint(values[i] * scale)));
    }
    return integers;
  }
}
