package org.qcnn.channels;

import java.nio.FloatBuffer;
import org.qcnn.graph.WeightedOperator;

/**
 * A view of a layer's weights by hidden channel, {@code [outer, channels, inner]}, each channel
 * with a scale. The weights themselves stay where they are; the largest layers have 100 million.
 */
final class ChannelWeights {
  private final int outer;
  private final int channels;
  private final int inner;
  private final FloatBuffer values;
  // Null: as they are.
  private final float[] scales;
  private final boolean divided;

  private ChannelWeights(
      int outer, int channels, FloatBuffer values, float[] scales, boolean divided) {
    this.outer = outer;
    this.channels = channels;
    this.inner = values.capacity() / outer / channels;
    this.values = values;
    this.scales = scales;
    this.divided = divided;
  }

  /** Returns the weights of the layer that writes the channels: one filter for each. */
  static ChannelWeights writtenBy(WeightedOperator layer) {
    int channels = layer.weights().shape().extent(0);
    return new ChannelWeights(1, channels, layer.weights().decode().values(), null, false);
  }

  /** Returns the weights of the layer that reads them: a slice of every filter for each. */
  static ChannelWeights readBy(WeightedOperator layer, int channels) {
    int outputs = layer.weights().shape().extent(0);
    return new ChannelWeights(outputs, channels, layer.weights().decode().values(), null, false);
  }

  /** Returns the same weights, each channel's multiplied by its scale. */
  ChannelWeights multiplied(float[] by) {
    return new ChannelWeights(outer, channels, values, by, false);
  }

  /** Returns the same weights, each channel's divided by its scale. */
  ChannelWeights divided(float[] by) {
    return new ChannelWeights(outer, channels, values, by, true);
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
    float value = values.get((index / inner * channels + channel) * inner + index % inner);
    if (scales == null) {
      return value;
    }
    return divided ? value / scales[channel] : value * scales[channel];
  }

  /** Returns the root of the mean of the squares of a channel's weights. */
  double magnitude(int channel) {
    return Math.sqrt(squares(channel) / size());
  }

  /** Returns the root of the mean of the squares of all weights. */
  double magnitude() {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += squares(c);
    }
    return Math.sqrt(sum / channels / size());
  }

  private double squares(int channel) {
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += (double) get(channel, i) * get(channel, i);
    }
    return sum;
  }

  /** Returns all weights in the layer's own layout, channel {@code order[i]} at place i. */
  float[] inOrder(int[] order) {
    float[] ordered = new float[outer * channels * inner];
    int next = 0;
    for (int row = 0; row < outer; row++) {
      for (int channel : order) {
        for (int i = 0; i < inner; i++) {
          ordered[next++] = get(channel, row * inner + i);
        }
      }
    }
    return ordered;
  }
}
