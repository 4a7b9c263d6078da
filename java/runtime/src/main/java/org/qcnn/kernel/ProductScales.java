package org.qcnn.kernel;

import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;

/**
 * The integers of a convolution by {@link Way#PRODUCTS}. The C code derives the same ones.
 *
 * <p>An input value of subspace m becomes the integer x of {@link ByteInputs}. The decoded weight c
 * of a filter becomes {@code w = round(c / inputScale[m] * 127 / largest)}, where {@code largest}
 * is that of the filter's {@code |c / inputScale[m]|}; and a sum of products is worth {@code sum *
 * (largest / 127)}.
 *
 * <p>Without input bounds both have 16 bits: x is that of {@link WordInputs}, and w reaches 32639
 * instead of 127. Their bytes are multiplied one by one, {@code x = 256 * high + low} and {@code w
 * = 256 * upper + lower}, the lower ones signed, and low times lower is left out, so that an output
 * has the sum of {@code x * upper + high * lower}, which counts in units of 256 in the end: {@code
 * floor((sum + 128) / 256) * (largest / 32639 * 65536)}.
 */
public final class ProductScales {
  private static final int BYTE = 256;
  private static final int LARGEST_BYTE = 127;
  private static final int MOST_PRODUCTS = 65536;

  private final ByteInputs bytes; // or null
  private final WordInputs words; // or null
  private final int subCodewordSize;
  private final float[] weights;
  private final float[] outputScale;

  /**
   * Returns the integers.
   *
   * @param weights of a convolution
   * @throws KernelException if the weights are too large, or are not finite
   */
  public ProductScales(QuantizedWeights weights) {
    boolean bounded = weights.inputBounds().length > 0;
    this.bytes = bounded ? new ByteInputs(weights.inputBounds()) : null;
    this.words = bounded ? null : new WordInputs(weights.inputRange());
    if (!bounded && !ByteInputs.isUsable(words.scale)) {
      throw new KernelException("no integers fit an input range of " + weights.inputRange());
    }
    this.subCodewordSize = weights.subCodewordSize();
    this.weights = weights.decode().toArray();
    this.outputScale = new float[weights.shape().extent(0)];
    Shape shape = weights.shape();
    for (int filter = 0; filter < outputScale.length; filter++) {
      quantize(filter, shape.extent(1), shape.count(2, 4));
    }
  }

  /** Returns whether 32 bits have room for the products of an output. */
  public static boolean fit(QuantizedWeights weights) {
    int most = weights.inputBounds().length > 0 ? MOST_PRODUCTS : MOST_PRODUCTS / 2;
    return weights.shape().count(1, 4) <= most;
  }

  private void quantize(int filter, int channels, int taps) {
    double largest = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int tap = 0; tap < taps; tap++) {
        double weight = weights[(filter * channels + channel) * taps + tap];
        largest = Math.max(largest, Math.abs(weight) / scale(channel));
      }
    }
    int limit = words == null ? LARGEST_BYTE : LARGEST_BYTE * BYTE + LARGEST_BYTE;
    outputScale[filter] = (float) (largest / limit * (words == null ? 1 : BYTE * BYTE));
    if (!(outputScale[filter] <= Float.MAX_VALUE)) {
      throw new KernelException("the weights of filter " + filter + " are too large");
    }
    for (int channel = 0; channel < channels; channel++) {
      double factor = (largest > 0 ? limit / largest : 0) / scale(channel);
      for (int tap = 0; tap < taps; tap++) {
        int at = (filter * channels + channel) * taps + tap;
        double bounded = Math.max(-limit, Math.min(limit, weights[at] * factor));
        weights[at] = (float) Math.rint(bounded);
      }
    }
  }

  private double scale(int channel) {
    return words == null ? bytes.scale(channel / subCodewordSize) : words.scale;
  }

  /** Returns x of an input of a channel of its group; 0 of one that is not a number. */
  public int input(int channel, float value) {
    return words == null ? bytes.integer(channel / subCodewordSize, value) : words.integer(value);
  }

  /** Returns the weights w, as integral numbers, in the order of {@link QuantizedWeights#shape}. */
  public float[] weights() {
    return weights.clone();
  }

  /** Returns what an input x and a weight w add to a sum. */
  public double product(double input, double weight) {
    if (words == null) {
      return input * weight;
    }
    double upper = Math.floor((weight + BYTE / 2) / BYTE);
    double lower = weight - BYTE * upper;
    return input * upper + Math.floor(input / BYTE) * lower;
  }

  /** Returns the response, without bias, of a sum of products. */
  public float response(int filter, double sum) {
    double response = words == null ? sum : Math.floor((sum + BYTE / 2) / BYTE);
    return (float) response * outputScale[filter];
  }
}
