package org.qcnn.kernel;

import java.nio.ByteBuffer;

/** The formula of {@code qcnn_yuv_to_rgb}, pixel by pixel of the upright picture. */
final class PlainYuv {
  private static final int[] FULL = {65536, 91881, -22553, -46802, 116130, 0};
  private static final int[] LIMITED = {76309, 104597, -25675, -53279, 132201, 16};

  private PlainYuv() {}

  static void toRgb(YuvPicture picture, ByteBuffer rgb) {
    int[] factors = picture.fullRange ? FULL : LIMITED;
    int at = rgb.position();
    for (int row = 0; row < picture.uprightHeight(); row++) {
      for (int column = 0; column < picture.uprightWidth(); column++, at += 3) {
        pixel(
            picture,
            factors,
            storedX(picture, row, column),
            storedY(picture, row, column),
            rgb,
            at);
      }
    }
  }

  private static int storedX(YuvPicture picture, int row, int column) {
    switch (picture.rotation) {
      case 90:
        return row;
      case 180:
        return picture.width - 1 - column;
      case 270:
        return picture.width - 1 - row;
      default:
        return column;
    }
  }

  private static int storedY(YuvPicture picture, int row, int column) {
    switch (picture.rotation) {
      case 90:
        return picture.height - 1 - column;
      case 180:
        return picture.height - 1 - row;
      case 270:
        return column;
      default:
        return row;
    }
  }

  private static void pixel(
      YuvPicture picture, int[] factors, int x, int y, ByteBuffer rgb, int at) {
    int chroma = y / 2 * picture.chromaRowStride + x / 2 * picture.chromaPixelStride;
    int blueness = (picture.u.get(chroma) & 0xff) - 128;
    int redness = (picture.v.get(chroma) & 0xff) - 128;
    int value = picture.y.get(y * picture.lumaRowStride + x) & 0xff;
    int luma = factors[0] * (value - factors[5]);
    rgb.put(at, clamp(luma + factors[1] * redness));
    rgb.put(at + 1, clamp(luma + factors[2] * blueness + factors[3] * redness));
    rgb.put(at + 2, clamp(luma + factors[4] * blueness));
  }

  private static byte clamp(int scaled) {
    return (byte) Math.max(0, Math.min(255, (scaled + (1 << 15)) >> 16));
  }
}
