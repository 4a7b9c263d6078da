package org.qcnn.image;

import java.nio.ByteBuffer;

/**
 * A picture in memory, 8 bits a colour, in one of the layouts that cameras, decoders and data sets
 * use. Nothing is copied: the pixels must not change while the image is in use.
 */
public abstract class Image {
  private final int width;
  private final int height;
  private final int planes;

  private Image(int width, int height, int planes) {
    this.width = width;
    this.height = height;
    this.planes = planes;
  }

  /**
   * Returns an image over packed pixels, {@code 0xAARRGGBB}, row by row from the top, as Android's
   * {@code Bitmap.getPixels} and Java's {@code BufferedImage.getRGB} give them. Alpha is ignored.
   *
   * @throws IllegalArgumentException if there are fewer than width times height pixels
   */
  public static Image argb(int[] pixels, int width, int height) {
    check(width, height, 1, pixels.length, "pixels");
    return new Packed(pixels, width, height);
  }

  /**
   * Returns an image over bytes red, green, blue, pixel by pixel and row by row, from the buffer's
   * position on.
   *
   * @throws IllegalArgumentException if there are fewer than width times height times 3 bytes
   */
  public static Image rgb(ByteBuffer pixels, int width, int height) {
    check(width, height, 3, pixels.remaining(), "bytes");
    return new Bytes(pixels, width, height, 3, 3, 1);
  }

  /**
   * Returns an image over one byte a pixel, row by row, from the buffer's position on.
   *
   * @throws IllegalArgumentException if there are fewer than width times height bytes
   */
  public static Image grey(ByteBuffer pixels, int width, int height) {
    check(width, height, 1, pixels.remaining(), "bytes");
    return new Bytes(pixels, width, height, 1, 1, 0);
  }

  /**
   * Returns an image over a whole plane of red, then one of green, then one of blue, from the
   * buffer's position on.
   *
   * @throws IllegalArgumentException if there are fewer than width times height times 3 bytes
   */
  public static Image planar(ByteBuffer pixels, int width, int height) {
    check(width, height, 3, pixels.remaining(), "bytes");
    return new Bytes(pixels, width, height, 3, 1, width * height);
  }

  private static void check(int width, int height, int each, int found, String unit) {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "an image of " + width + "x" + height + " pixels has nothing to see");
    }
    // A double, because the product of absurd extents overflows even a long.
    double needed = (double) width * height * each;
    if (found < needed) {
      throw new IllegalArgumentException(
          String.format(
              "an image of %dx%d pixels needs %.0f %s, found %d",
              width, height, needed, unit, found));
    }
  }

  /** Returns the width in pixels. */
  public int width() {
    return width;
  }

  /** Returns the height in pixels. */
  public int height() {
    return height;
  }

  /** Returns 3 for an image in colour (red, green, blue), 1 for a grey one. */
  int planes() {
    return planes;
  }

  /** Reads {@code count} values, 0 to 255, of one plane and row from a column on into a line. */
  abstract void readRow(int plane, int row, int firstColumn, int count, float[] line);

  private static final class Packed extends Image {
    private final int[] pixels;

    Packed(int[] pixels, int width, int height) {
      super(width, height, 3);
      this.pixels = pixels;
    }

    @Override
    void readRow(int plane, int row, int firstColumn, int count, float[] line) {
      int shift = 16 - 8 * plane;
      int start = row * width() + firstColumn;
      for (int i = 0; i < count; i++) {
        line[i] = (pixels[start + i] >> shift) & 0xff;
      }
    }
  }

  private static final class Bytes extends Image {
    private final ByteBuffer pixels;
    private final int start;
    private final int pixelStride;
    private final int planeStride;

    Bytes(ByteBuffer pixels, int width, int height, int planes, int pixelStride, int planeStride) {
      super(width, height, planes);
      this.pixels = pixels;
      this.start = pixels.position();
      this.pixelStride = pixelStride;
      this.planeStride = planeStride;
    }

    @Override
    void readRow(int plane, int row, int firstColumn, int count, float[] line) {
      int index = start + plane * planeStride + (row * width() + firstColumn) * pixelStride;
      for (int i = 0; i < count; i++) {
        line[i] = pixels.get(index) & 0xff;
        index += pixelStride;
      }
    }
  }
}
