package org.qcnn.hygiene;

import java.util.Arrays;
import org.qcnn.image.Preprocessing;

/**
 * What one preprocessed image is like.
 *
 * @param name what the source calls it
 * @param fingerprint equal for equal images, and for hardly any others
 * @param smallest of its values
 * @param largest of its values
 * @param mean of its values
 * @param meanSquare of its values
 * @param deviation of its values from the mean of their channel
 * @param isGrey whether red, green and blue are equal everywhere; false if there are no such
 */
record ImageFacts(
    String name,
    long fingerprint,
    float smallest,
    float largest,
    double mean,
    double meanSquare,
    double deviation,
    boolean isGrey) {
  // In units of a pixel: equal channels come out of float arithmetic this near to each other.
  private static final float SAME = 0.25f;

  /**
   * Returns the facts of an image.
   *
   * @param values of the network's input
   * @param channels into which the values fall, one behind the other
   * @param preprocessing that made them; null if that is not known
   */
  static ImageFacts of(String name, float[] values, int channels, Preprocessing preprocessing) {
    float smallest = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
      sum += value;
      squares += (double) value * value;
    }
    return new ImageFacts(
        name,
        fingerprint(values),
        smallest,
        largest,
        sum / values.length,
        squares / values.length,
        deviation(values, values.length / channels),
        isGrey(values, preprocessing));
  }

  private static double deviation(float[] values, int plane) {
    double squares = 0;
    for (int first = 0; first < values.length; first += plane) {
      double mean = 0;
      for (int i = first; i < first + plane; i++) {
        mean += values[i];
      }
      mean /= plane;
      for (int i = first; i < first + plane; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
      }
    }
    return Math.sqrt(squares / values.length);
  }

  private static long fingerprint(float[] values) {
    // Two hashes of 32 bits that are blind to different things.
    long forth = Arrays.hashCode(values);
    long back = 1;
    for (int i = values.length - 1; i >= 0; i--) {
      back = (back ^ Float.floatToIntBits(values[i])) * 0x100000001b3L;
    }
    return forth << 32 ^ back;
  }

  /** Takes the preprocessing back: the same grey has other values in channels of other means. */
  private static boolean isGrey(float[] values, Preprocessing preprocessing) {
    if (preprocessing == null || preprocessing.channels().channels() != 3) {
      return false;
    }
    float[] mean = preprocessing.mean();
    float[] scale = preprocessing.scale();
    int plane = values.length / 3;
    for (int i = 0; i < plane; i++) {
      float first = values[i] / scale[0] + mean[0];
      for (int c = 1; c < 3; c++) {
        // Also true for a scale of 0, which leaves nothing to compare.
        if (Math.abs(values[c * plane + i] / scale[c] + mean[c] - first) > SAME) {
          return false;
        }
      }
    }
    return true;
  }
}
