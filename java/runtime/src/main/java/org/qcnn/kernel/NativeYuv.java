package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;

/** Calls {@code qcnn_yuv_to_rgb}. */
final class NativeYuv {
  private NativeYuv() {}

  static void toRgb(YuvPicture picture, ByteBuffer rgb) {
    IntBuffer struct =
        NativeStruct.of(
            picture.width,
            picture.height,
            picture.lumaRowStride,
            picture.chromaRowStride,
            picture.chromaPixelStride,
            picture.rotation,
            picture.fullRange ? 1 : 0);
    NativeStatus.check(
        "camera picture",
        NativeBinding.qcnn_yuv_to_rgb(
            struct,
            direct(picture.y),
            direct(picture.u),
            direct(picture.v),
            rgb.slice(),
            0,
            picture.uprightHeight()));
  }

  /** Returns the plane itself if C can see it, otherwise a copy. */
  private static ByteBuffer direct(ByteBuffer plane) {
    if (plane.isDirect()) {
      return plane;
    }
    ByteBuffer copy = ByteBuffer.allocateDirect(plane.remaining());
    copy.put(plane.duplicate());
    ((Buffer) copy).position(0); // On Android 24 only Buffer has this method.
    return copy;
  }
}
