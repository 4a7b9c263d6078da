package org.qcnn.image;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.qcnn.tensor.Shape;

/**
 * How an image becomes the input of a network: scale the shorter side, cut out the centre, then
 * {@code y = (x - mean[c]) * scale[c]} on values x of 0 to 255. Immutable.
 *
 * <p>Scaling is bilinear and antialiased, as in Pillow, but without rounding to bytes: an image
 * that has the right size already goes through unchanged. The crop starts at {@code floor((side -
 * crop) / 2)}. Colour images are turned grey for networks with one channel, grey ones repeated for
 * those with three.
 */
public final class Preprocessing {
  private final ChannelOrder channels;
  private final int shorterSide;
  private final int cropHeight;
  private final int cropWidth;
  private final float[] mean;
  private final float[] scale;

  private Preprocessing(
      ChannelOrder channels,
      int shorterSide,
      int cropHeight,
      int cropWidth,
      float[] mean,
      float[] scale) {
    this.channels = channels;
    this.shorterSide = shorterSide;
    this.cropHeight = cropHeight;
    this.cropWidth = cropWidth;
    this.mean = mean;
    this.scale = scale;
  }

  /** Returns the plainest preprocessing: no scaling of values, crop as large as the input. */
  public static Preprocessing of(ChannelOrder channels) {
    float[] ones = new float[channels.channels()];
    Arrays.fill(ones, 1);
    return new Preprocessing(channels, 0, 0, 0, new float[channels.channels()], ones);
  }

  /**
   * Reads the form that {@link #toText} writes.
   *
   * @throws IllegalArgumentException naming the line that is not understood
   */
  public static Preprocessing parse(String text) {
    return PreprocessingText.parse(text);
  }

  /** Returns lines of {@code key: value}, the form kept in the metadata of a model. */
  public String toText() {
    return PreprocessingText.format(this);
  }

  /**
   * Returns the same with another length in pixels of the shorter side before the crop; 0 scales
   * images just so far that they cover the crop, and leaves those alone that have its size.
   */
  public Preprocessing withShorterSide(int pixels) {
    if (pixels < 0) {
      throw new IllegalArgumentException("the shorter side must not be negative: " + pixels);
    }
    return new Preprocessing(channels, pixels, cropHeight, cropWidth, mean, scale);
  }

  /** Returns the same with another crop in pixels; 0 and 0 mean the size of the network's input. */
  public Preprocessing withCrop(int height, int width) {
    if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
      throw new IllegalArgumentException("cannot crop " + height + "x" + width + " pixels");
    }
    return new Preprocessing(channels, shorterSide, height, width, mean, scale);
  }

  /**
   * Returns the same with another mean: one value for each channel in its order, or one for all.
   */
  public Preprocessing withMean(float... values) {
    float[] each = perChannel("mean", values);
    return new Preprocessing(channels, shorterSide, cropHeight, cropWidth, each, scale);
  }

  /**
   * Returns the same with another scale: one value for each channel in its order, or one for all.
   */
  public Preprocessing withScale(float... values) {
    float[] each = perChannel("scale", values);
    return new Preprocessing(channels, shorterSide, cropHeight, cropWidth, mean, each);
  }

  private float[] perChannel(String what, float[] values) {
    int count = channels.channels();
    if (values.length != count && values.length != 1) {
      throw new IllegalArgumentException(
          what + " has " + values.length + " values, " + channels + " needs " + count);
    }
    float[] each = new float[count];
    for (int c = 0; c < count; c++) {
      each[c] = values[values.length == 1 ? 0 : c];
      if (Float.isNaN(each[c]) || Float.isInfinite(each[c])) {
        throw new IllegalArgumentException(what + " must be finite, not " + each[c]);
      }
    }
    return each;
  }

  /**
   * Returns the same with everything that was left open taken from the network's input.
   *
   * @param input the shape of one image, {@code [channels, height, width]}
   * @throws IllegalArgumentException if channels or crop do not fit the input
   */
  public Preprocessing forInput(Shape input) {
    if (input.rank() != 3 || input.extent(0) != channels.channels()) {
      throw new IllegalArgumentException(
          "the preprocessing makes "
              + channels.channels()
              + " channels ("
              + channels
              + "), the network takes an input of "
              + input);
    }
    if (cropHeight != 0 && (cropHeight != input.extent(1) || cropWidth != input.extent(2))) {
      throw new IllegalArgumentException(
          "the preprocessing crops "
              + cropHeight
              + "x"
              + cropWidth
              + " pixels, the network takes an input of "
              + input);
    }
    int larger = Math.max(input.extent(1), input.extent(2));
    if (shorterSide != 0 && shorterSide < larger) {
      throw new IllegalArgumentException(
          "a shorter side of "
              + shorterSide
              + " pixels is too small for a crop of "
              + input.extent(1)
              + "x"
              + input.extent(2));
    }
    return withCrop(input.extent(1), input.extent(2));
  }

  /**
   * Makes the input of a network from an image. Safe to call from several threads.
   *
   * @param target takes {@code [channels, crop height, crop width]} values from its position on;
   *     the position stays where it is
   * @throws IllegalStateException if the crop is not known: call {@link #forInput} first
   * @throws java.nio.BufferOverflowException if the target is too small
   */
  public void apply(Image image, FloatBuffer target) {
    if (cropHeight == 0) {
      throw new IllegalStateException("the size of the crop is not known; call forInput first");
    }
    CentreCrop crop =
        new CentreCrop(image.width(), image.height(), shorterSide, cropHeight, cropWidth);
    float[][] planes = new float[image.planes()][];
    for (int plane = 0; plane < planes.length; plane++) {
      planes[plane] = crop.plane(image, plane);
    }
    FloatBuffer output = target.duplicate();
    for (int channel = 0; channel < channels.channels(); channel++) {
      output.put(normalized(planes, channel));
    }
  }

  private float[] normalized(float[][] planes, int channel) {
    float[] values = new float[planes[0].length];
    for (int i = 0; i < values.length; i++) {
      float x = planes[0][i];
      if (planes.length == 3) {
        x =
            channels.weight(channel, 0) * x
                + channels.weight(channel, 1) * planes[1][i]
                + channels.weight(channel, 2) * planes[2][i];
      }
      values[i] = (x - mean[channel]) * scale[channel];
    }
    return values;
  }

  /** Returns the channels of the input. */
  public ChannelOrder channels() {
    return channels;
  }

  /** Returns the length of the shorter side before the crop, 0 if images just cover the crop. */
  public int shorterSide() {
    return shorterSide;
  }

  /** Returns the height of the crop, 0 if it is that of the network's input. */
  public int cropHeight() {
    return cropHeight;
  }

  /** Returns the width of the crop, 0 if it is that of the network's input. */
  public int cropWidth() {
    return cropWidth;
  }

  /** Returns a copy of the values subtracted, one per channel. */
  public float[] mean() {
    return mean.clone();
  }

  /** Returns a copy of the factors applied after the subtraction, one per channel. */
  public float[] scale() {
    return scale.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing && toText().equals(((Preprocessing) other).toText());
  }

  @Override
  public int hashCode() {
    return toText().hashCode();
  }

  @Override
  public String toString() {
    return toText();
  }
}
