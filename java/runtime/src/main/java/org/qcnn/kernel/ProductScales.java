package org.qcnn.kernel;

import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;

/**
 * The integers of a convolution by {@link Way#PRODUCTS}. The C code derives the same ones.
 *
 * <p>An input value of subspace m becomes the integer x of {@link ByteInputs}, or that of {@link
 * WordInputs} without input bounds. The decoded weight c of a filter becomes {@code w = round(c /
 * inputScale[m] * 127 / largest)}, where {@code largest} is that of the filter's {@code |c /
 * inputScale[m]|}; and a sum of products is worth {@code sum * (largest / 127)}. Sums of 16-bit
 * inputs count in units of 256: {@code floor((sum + 128) / 256) * (256 * largest / 127)}.
 */
public final class ProductScales {
  private static final double LARGEST_WEIGHT = 127;
  private static final int MOST_PRODUCTS = 65536;

  private static final int UNIT_OF_WORDS = 256;

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
    return weights.shape().count(1, 4) <= MOST_PRODUCTS;
  }

  private void quantize(int filter, int channels, int taps) {
    double largest = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int tap = 0; tap < taps; tap++) {
        double weight = weights[(filter * channels + channel) * taps + tap];
        largest = Math.max(largest, Math.abs(weight) / scale(channel));
      }
    }
    outputScale[filter] = (float) (largest / LARGEST_WEIGHT * (words == null ? 1 : UNIT_OF_WORDS));
    if (!(outputScale[filter] <= Float.MAX_VALUE)) {
      throw new KernelException("the weights of filter " + filter + " are too large");
    }
    for (int channel = 0; channel < channels; channel++) {
      double factor = (largest > 0 ? LARGEST_WEIGHT / largest : 0) / scale(channel);
      for (int tap = 0; tap < taps; tap++) {
        int at = (filter * channels + channel) * taps + tap;
        double bounded = Math.max(-LARGEST_WEIGHT, Math.min(LARGEST_WEIGHT, weights[at] * factor));
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

  /** Returns the response, without bias, of a sum of products. */
  public float response(int filter, double sum) {
    double response = words == null ? sum : Math.floor((sum + UNIT_OF_WORDS / 2) / UNIT_OF_WORDS);
    return (float) response * outputScale[filter];
  }
}
