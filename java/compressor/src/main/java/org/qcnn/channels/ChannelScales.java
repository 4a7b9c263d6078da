package org.qcnn.channels;

/**
 * Scales that give the weights of a channel the same norm in the layer that writes it and in the
 * one that reads it (Nagel et al., "Data-Free Quantization through Weight Equalization", 2019). The
 * writer's response error in a channel then counts as much as the reader makes of it, and filters
 * become more alike, which is all the better for their codebooks.
 */
final class ChannelScales {
  // Beyond it a channel is all but dead in one of the layers, and the norm says nothing.
  private static final double LARGEST = 8;
  private static final double SMALLEST_NORM = 1e-6;

  private ChannelScales() {}

  /** Returns the factor of each channel; their geometric mean is about 1. */
  static float[] of(ChannelWeights written, ChannelWeights read) {
    int channels = written.channels();
    double[] logarithms = new double[channels];
    double mean = 0;
    for (int c = 0; c < channels; c++) {
      double in = written.norm(c) + SMALLEST_NORM;
      double out = read.norm(c) + SMALLEST_NORM;
      logarithms[c] = Math.log(out / in) / 2;
      mean += logarithms[c] / channels;
    }
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      double scale = Math.exp(logarithms[c] - mean);
      scales[c] = (float) Math.max(1 / LARGEST, Math.min(LARGEST, scale));
    }
    return scales;
  }
}
