package org.qcnn.channels;

import org.qcnn.graph.WeightedOperator;

/** A layer's weights by hidden channel: {@code [outer, channels, inner]}. */
final class ChannelWeights {
  private final int outer;
  private final int channels;
  private final int inner;
  private final float[] values;

  private ChannelWeights(int outer, int channels, int inner, float[] values) {
    this.outer = outer;
    this.channels = channels;
    this.inner = inner;
    this.values = values;
  }

  /** Returns the weights of the layer that writes the channels: one filter for each. */
  static ChannelWeights writtenBy(WeightedOperator layer) {
    float[] values = layer.weights().decode().toArray();
    int channels = layer.weights().shape().extent(0);
    return new ChannelWeights(1, channels, values.length / channels, values);
  }

  /** Returns the weights of the layer that reads them: a slice of every filter for each. */
  static ChannelWeights readBy(WeightedOperator layer, int channels) {
    float[] values = layer.weights().decode().toArray();
    int outputs = layer.weights().shape().extent(0);
    return new ChannelWeights(outputs, channels, values.length / outputs / channels, values);
  }

  int channels() {
    return channels;
  }

  /** Returns the number of weights of a channel. */
  int size() {
    return outer * inner;
  }

  /** Returns the weight number {@code index} of a channel. */
  float get(int channel, int index) {
    return values[(index / inner * channels + channel) * inner + index % inner];
  }

  /** Returns the root of the mean of the squares of a channel's weights. */
  double magnitude(int channel) {
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += (double) get(channel, i) * get(channel, i);
    }
    return Math.sqrt(sum / size());
  }

  /** Returns the root of the mean of the squares of all weights. */
  double magnitude() {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  /** Returns each channel's weights times its scale, or divided by it. */
  ChannelWeights scaled(float[] scales, boolean divide) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float scale = scales[i / inner % channels];
      scaled[i] = divide ? values[i] / scale : values[i] * scale;
    }
    return new ChannelWeights(outer, channels, inner, scaled);
  }

  /** Returns the weights with channel {@code order[i]} at place i. */
  ChannelWeights ordered(int[] order) {
    float[] ordered = new float[values.length];
    for (int i = 0; i < values.length; i += inner) {
      int from = (i / inner / channels * channels + order[i / inner % channels]) * inner;
      System.arraycopy(values, from, ordered, i, inner);
    }
    return new ChannelWeights(outer, channels, inner, ordered);
  }

  float[] toArray() {
    return values.clone();
  }
}
