package org.qcnn.image;

/**
 * The channels of a network's input, in order. Each is a weighting of red, green and blue, so that
 * one formula serves colours in any order and grey.
 */
public enum ChannelOrder {
  /** Red, green, blue. */
  RGB(3),
  /** Blue, green, red: networks from Caffe. */
  BGR(3),
  /** One channel of luma, 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). */
  GREY(1);

  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private final int channels;

  ChannelOrder(int channels) {
    this.channels = channels;
  }

  /** Returns the number of channels, 3 or 1. */
  public int channels() {
    return channels;
  }

  /** Returns the share of one colour (0 red, 1 green, 2 blue) in a channel. */
  float weight(int channel, int colour) {
    if (this == GREY) {
      return LUMA[colour];
    }
    return colour == (this == RGB ? channel : 2 - channel) ? 1 : 0;
  }
}
