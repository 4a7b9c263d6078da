package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * A picture in YUV 4:2:0 as cameras give it, ITU-R BT.601: a plane of luma and two of chroma, each
 * half as wide and half as high. Nothing is copied: the planes must not change while the picture is
 * in use. Sizes and strides are checked here, so that what reads the planes need not.
 */
public final class YuvPicture {
  /** The longest side in pixels, {@code QCNN_YUV_MAX_SIDE}. */
  public static final int MAX_SIDE = 32767;

  final int width;
  final int height;
  final ByteBuffer y;
  final ByteBuffer u;
  final ByteBuffer v;
  final int lumaRowStride;
  final int chromaRowStride;
  final int chromaPixelStride;
  final int rotation;
  final boolean fullRange;

  private YuvPicture(
      int width,
      int height,
      ByteBuffer[] planes,
      int lumaRowStride,
      int chromaRowStride,
      int chromaPixelStride,
      int rotation,
      boolean fullRange) {
    this.width = width;
    this.height = height;
    this.y = planes[0];
    this.u = planes[1];
    this.v = planes[2];
    this.lumaRowStride = lumaRowStride;
    this.chromaRowStride = chromaRowStride;
    this.chromaPixelStride = chromaPixelStride;
    this.rotation = rotation;
    this.fullRange = fullRange;
  }

  /**
   * Returns a picture over three planes, each from its buffer's position on, as Android's {@code
   * YUV_420_888} gives them: values from 0 to 255, the luma of a row without gaps.
   *
   * @param width of the picture as stored, in pixels
   * @param lumaRowStride bytes from one row of y to the next
   * @param chromaRowStride bytes from one row of u, and of v, to the next
   * @param chromaPixelStride bytes from one value of u, and of v, to the next: 2 where both share a
   *     plane
   * @throws IllegalArgumentException if the strides are too small for the picture, or the buffers
   *     for the strides
   */
  public static YuvPicture yuv420(
      int width,
      int height,
      ByteBuffer y,
      ByteBuffer u,
      ByteBuffer v,
      int lumaRowStride,
      int chromaRowStride,
      int chromaPixelStride) {
    checkSides(width, height);
    int chromaWidth = (width + 1) / 2;
    int chromaHeight = (height + 1) / 2;
    checkPlane("y", y, width, height, lumaRowStride, 1);
    checkPlane("u", u, chromaWidth, chromaHeight, chromaRowStride, chromaPixelStride);
    checkPlane("v", v, chromaWidth, chromaHeight, chromaRowStride, chromaPixelStride);
    ByteBuffer[] planes = {y.slice(), u.slice(), v.slice()};
    return new YuvPicture(
        width, height, planes, lumaRowStride, chromaRowStride, chromaPixelStride, 0, true);
  }

  /**
   * Returns a picture over NV21, what Android's old camera and many others give: all luma, then v
   * and u in turn, without gaps, from the buffer's position on.
   *
   * @throws IllegalArgumentException if the buffer is too small
   */
  public static YuvPicture nv21(int width, int height, ByteBuffer data) {
    checkSides(width, height);
    int luma = width * height;
    int chromaRow = (width + 1) / 2 * 2;
    long needed = luma + (long) chromaRow * ((height + 1) / 2);
    if (data.remaining() < needed) {
      throw new IllegalArgumentException(
          String.format(
              "NV21 of %dx%d pixels needs %d bytes, found %d",
              width, height, needed, data.remaining()));
    }
    return yuv420(
        width, height, from(data, 0), from(data, luma + 1), from(data, luma), width, chromaRow, 2);
  }

  private static ByteBuffer from(ByteBuffer data, int offset) {
    ByteBuffer part = data.duplicate();
    Buffer cursor = part; // On Android 24 only Buffer has this method.
    cursor.position(cursor.position() + offset);
    return part;
  }

  private static void checkSides(int width, int height) {
    if (width <= 0 || height <= 0 || width > MAX_SIDE || height > MAX_SIDE) {
      throw new IllegalArgumentException(
          "a camera picture has sides of 1 to "
              + MAX_SIDE
              + " pixels, not "
              + width
              + "x"
              + height);
    }
    if ((long) width * height * 3 > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a picture of " + width + "x" + height + " pixels is too large for one buffer");
    }
  }

  private static void checkPlane(
      String name, ByteBuffer plane, int width, int height, int rowStride, int pixelStride) {
    long row = (width - 1L) * pixelStride + 1;
    if (pixelStride < 1 || rowStride < row) {
      throw new IllegalArgumentException(
          String.format(
              "plane %s: a row of %d values %d bytes apart does not fit a row stride of %d",
              name, width, pixelStride, rowStride));
    }
    long needed = (height - 1L) * rowStride + row;
    if (plane.remaining() < needed) {
      throw new IllegalArgumentException(
          String.format(
              "plane %s: %d rows need %d bytes, found %d",
              name, height, needed, plane.remaining()));
    }
  }

  /**
   * Returns the picture turned clockwise, by as much as the camera says it must be to stand
   * upright.
   *
   * @param degrees 0, 90, 180 or 270
   */
  public YuvPicture rotated(int degrees) {
    if (degrees < 0 || degrees > 270 || degrees % 90 != 0) {
      throw new IllegalArgumentException("a rotation is 0, 90, 180 or 270, not " + degrees);
    }
    return new YuvPicture(
        width,
        height,
        new ByteBuffer[] {y, u, v},
        lumaRowStride,
        chromaRowStride,
        chromaPixelStride,
        (rotation + degrees) % 360,
        fullRange);
  }

  /** Returns the picture with values of video: luma from 16 to 235, chroma from 16 to 240. */
  public YuvPicture limitedRange() {
    return new YuvPicture(
        width,
        height,
        new ByteBuffer[] {y, u, v},
        lumaRowStride,
        chromaRowStride,
        chromaPixelStride,
        rotation,
        false);
  }

  /** Returns the width in pixels once the picture stands upright. */
  public int uprightWidth() {
    return rotation % 180 == 0 ? width : height;
  }

  /** Returns the height in pixels once the picture stands upright. */
  public int uprightHeight() {
    return rotation % 180 == 0 ? height : width;
  }

  /** Returns the bytes of the upright picture in red, green, blue. */
  public int rgbBytes() {
    return width * height * 3;
  }
}
