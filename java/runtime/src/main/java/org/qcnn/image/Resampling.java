package org.qcnn.image;

/**
 * How one axis of an image is scaled: for each output pixel the run of input pixels it averages,
 * and their weights. The filter is a triangle that reaches one input pixel to each side of the
 * centre; when shrinking it is widened by the scale, so that every input pixel counts
 * (antialiasing, as in Pillow's {@code BILINEAR}). At equal sizes every output pixel is exactly its
 * input pixel.
 */
final class Resampling {
  private final int[] starts;
  private final float[][] weights;

  /**
   * Computes the weights of output pixels {@code first .. first + count - 1} when {@code input}
   * pixels are scaled to {@code output}.
   */
  Resampling(int input, long output, long first, int count) {
    starts = new int[count];
    weights = new float[count][];
    double scale = (double) input / output;
    double reach = Math.max(scale, 1.0);
    for (int i = 0; i < count; i++) {
      double centre = (first + i + 0.5) * scale;
      // Pixel p spans p .. p + 1; only those whose middle lies strictly within the triangle count.
      int start = (int) Math.max(0, Math.floor(centre - reach - 0.5) + 1);
      int end = (int) Math.min(input, Math.ceil(centre + reach - 0.5));
      starts[i] = start;
      weights[i] = triangle(start, end, centre, reach);
    }
  }

  private static float[] triangle(int start, int end, double centre, double reach) {
    double[] heights = new double[end - start];
    double sum = 0;
    for (int p = 0; p < heights.length; p++) {
      heights[p] = Math.max(0, 1 - Math.abs(start + p + 0.5 - centre) / reach);
      sum += heights[p];
    }
    float[] weights = new float[heights.length];
    for (int p = 0; p < weights.length; p++) {
      weights[p] = (float) (heights[p] / sum);
    }
    return weights;
  }

  /** Returns the number of output pixels. */
  int count() {
    return starts.length;
  }

  /** Returns the first input pixel that an output pixel averages. */
  int start(int output) {
    return starts[output];
  }

  /** Returns the input pixel behind the last that an output pixel averages. */
  int end(int output) {
    return starts[output] + weights[output].length;
  }

  /**
   * Returns the weight of an input pixel, counted from the start of the image, in an output pixel.
   */
  float weight(int output, int input) {
    return weights[output][input - starts[output]];
  }

  /** Averages a line of input pixels that begins with pixel {@code start(0)}. */
  void apply(float[] line, float[] averaged) {
    for (int i = 0; i < starts.length; i++) {
      int offset = starts[i] - starts[0];
      float[] shares = weights[i];
      float sum = 0;
      for (int p = 0; p < shares.length; p++) {
        sum += shares[p] * line[offset + p];
      }
      averaged[i] = sum;
    }
  }
}
