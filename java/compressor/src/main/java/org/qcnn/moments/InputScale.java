package org.qcnn.moments;

import java.util.Arrays;
import org.qcnn.algebra.FloatMatrix;

/**
 * In which units the inputs of a layer are counted: {@code z = (x - shift) * 2^-exponent}, for each
 * input by itself. Taken from the first block of the whole set of images, which every shard looks
 * at, so that all shards count in the same units.
 */
final class InputScale {
  // Inputs that hardly vary in the first block may vary elsewhere: their unit is no smaller than
  // this power of two times the largest of the layer.
  private static final int SMALLEST = -8;

  final float[] shift;
  final byte[] exponent;
  // 2^-exponent: a factor that changes no digit.
  private final float[] factor;

  /** Takes over the arrays, which are of the same length. */
  InputScale(float[] shift, byte[] exponent) {
    this.shift = shift;
    this.exponent = exponent;
    this.factor = new float[exponent.length];
    for (int i = 0; i < factor.length; i++) {
      factor[i] = Math.scalb(1f, -exponent[i]);
    }
  }

  /** Returns the scale at which the samples are -1 to 1, around their means. */
  static InputScale of(FloatMatrix samples) {
    int inputs = samples.columns();
    float[] shift = new float[inputs];
    float[] largest = new float[inputs];
    float largestOfAll = Float.MIN_NORMAL;
    for (int i = 0; i < inputs; i++) {
      double sum = 0;
      for (int row = 0; row < samples.rows(); row++) {
        sum += samples.get(row, i);
      }
      shift[i] = (float) (sum / samples.rows());
      for (int row = 0; row < samples.rows(); row++) {
        largest[i] = Math.max(largest[i], Math.abs(samples.get(row, i) - shift[i]));
      }
      largestOfAll = Math.max(largestOfAll, largest[i]);
    }
    byte[] exponent = new byte[inputs];
    int smallest = Math.max(Float.MIN_EXPONENT, Math.getExponent(largestOfAll) + SMALLEST);
    for (int i = 0; i < inputs; i++) {
      exponent[i] = (byte) Math.max(smallest, Math.min(126, Math.getExponent(largest[i]) + 1));
    }
    return new InputScale(shift, exponent);
  }

  /** Changes an input into its units. */
  float apply(int input, float value) {
    return (value - shift[input]) * factor[input];
  }

  boolean isSameAs(InputScale other) {
    return Arrays.equals(shift, other.shift) && Arrays.equals(exponent, other.exponent);
  }
}
