package org.qcnn.graph;

import java.util.Arrays;

/**
 * The sliding window of a convolution or a pooling: kernel extents, strides, paddings and
 * dilations, in pixels, each for height and width.
 */
public final class Window {
  public final int kernelHeight;
  public final int kernelWidth;
  public final int strideHeight;
  public final int strideWidth;
  public final int padTop;
  public final int padLeft;
  public final int padBottom;
  public final int padRight;
  public final int dilationHeight;
  public final int dilationWidth;

  /**
   * Returns a window.
   *
   * @param kernel height, width
   * @param strides height, width
   * @param pads top, left, bottom, right (the order of ONNX)
   * @param dilations height, width
   * @throws IllegalArgumentException if an extent, a stride or a dilation is not positive, or a
   *     padding is negative
   */
  public Window(int[] kernel, int[] strides, int[] pads, int[] dilations) {
    kernelHeight = positive("kernel height", kernel[0]);
    kernelWidth = positive("kernel width", kernel[1]);
    strideHeight = positive("stride", strides[0]);
    strideWidth = positive("stride", strides[1]);
    padTop = notNegative(pads[0]);
    padLeft = notNegative(pads[1]);
    padBottom = notNegative(pads[2]);
    padRight = notNegative(pads[3]);
    dilationHeight = positive("dilation", dilations[0]);
    dilationWidth = positive("dilation", dilations[1]);
  }

  /** Returns a square window with equal strides and paddings and no dilation. */
  public static Window square(int kernel, int stride, int pad) {
    return new Window(
        new int[] {kernel, kernel},
        new int[] {stride, stride},
        new int[] {pad, pad, pad, pad},
        new int[] {1, 1});
  }

  private int[] values() {
    return new int[] {
      kernelHeight,
      kernelWidth,
      strideHeight,
      strideWidth,
      padTop,
      padLeft,
      padBottom,
      padRight,
      dilationHeight,
      dilationWidth
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Window && Arrays.equals(values(), ((Window) other).values());
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values());
  }

  /** Returns the number of positions of the window over {@code height} rows, rounded down. */
  public int outputHeight(int height) {
    return positions(
        (long) height + padTop + padBottom, kernelHeight, strideHeight, dilationHeight);
  }

  /** Returns the number of positions of the window over {@code width} columns, rounded down. */
  public int outputWidth(int width) {
    return positions((long) width + padLeft + padRight, kernelWidth, strideWidth, dilationWidth);
  }

  /** Returns the number of kernel positions, height times width. */
  public int kernelPositions() {
    return kernelHeight * kernelWidth;
  }

  private static int positions(long padded, long kernel, int stride, int dilation) {
    long reach = (kernel - 1) * dilation + 1;
    if (padded < reach) {
      throw new IllegalArgumentException(
          "a window that reaches over " + reach + " pixels does not fit into " + padded);
    }
    return Math.toIntExact((padded - reach) / stride + 1);
  }

  private static int positive(String what, int value) {
    if (value <= 0 || value > 65535) {
      throw new IllegalArgumentException(what + " must be 1 to 65535, not " + value);
    }
    return value;
  }

  private static int notNegative(int pad) {
    if (pad < 0 || pad > 65535) {
      throw new IllegalArgumentException("a padding must be 0 to 65535, not " + pad);
    }
    return pad;
  }

  @Override
  public String toString() {
    return kernelHeight
        + "x"
        + kernelWidth
        + (strideHeight == 1 && strideWidth == 1 ? "" : "/" + strideHeight);
  }
}
