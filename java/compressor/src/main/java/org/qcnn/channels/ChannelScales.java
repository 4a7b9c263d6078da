package org.qcnn.channels;

import java.util.List;

/**
 * Scales that give the weights of a channel the same share in the layers that write it and in those
 * that read it (Nagel et al., "Data-Free Quantization through Weight Equalization", 2019). The
 * writers' response error in a channel then counts as much as the readers make of it, and filters
 * become more alike, which is all the better for their codebooks.
 */
final class ChannelScales {
  // Beyond it a channel is all but dead on one side, and its weights say nothing.
  private static final double LARGEST = 8;
  private static final double SMALLEST = 1e-6;

  private ChannelScales() {}

  /** Returns the factor of each channel; their geometric mean is about 1. */
  static float[] of(List<ChannelWeights> written, List<ChannelWeights> read) {
    int channels = written.get(0).channels();
    double[] in = shares(written, channels);
    double[] out = shares(read, channels);
    double[] logarithms = new double[channels];
    double mean = 0;
    for (int c = 0; c < channels; c++) {
      logarithms[c] = Math.log(out[c] / in[c]) / 2;
      mean += logarithms[c] / channels;
    }
    float[] scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      double scale = Math.exp(logarithms[c] - mean);
      scales[c] = (float) Math.max(1 / LARGEST, Math.min(LARGEST, scale));
    }
    return scales;
  }

  /** Returns the root mean square of each channel's share in the weights of layers. */
  private static double[] shares(List<ChannelWeights> layers, int channels) {
    double[] shares = new double[channels];
    for (ChannelWeights layer : layers) {
      double all = Math.max(layer.magnitude(), Float.MIN_NORMAL);
      for (int c = 0; c < channels; c++) {
        double share = layer.magnitude(c) / all;
        shares[c] += share * share / layers.size();
      }
    }
    for (int c = 0; c < channels; c++) {
      shares[c] = Math.sqrt(shares[c]) + SMALLEST;
    }
    return shares;
  }
}
