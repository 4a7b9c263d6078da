package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Camera pictures in C equal those in Java, and both the formula of BT.601 in floating point. */
class YuvPictureTest {
  private final Random random = new Random(11);

  @ParameterizedTest
  @CsvSource({
    "6, 4, 6, 3, 1",
    "7, 5, 16, 9, 2",
    "1, 1, 1, 1, 1",
    "2, 9, 40, 37, 5",
    "64, 48, 64, 64, 2"
  })
  void everyRotationAndRangeFollowsTheFormula(
      int width, int height, int rowStride, int chromaRowStride, int chromaPixelStride) {
    int chromaHeight = (height + 1) / 2;
    ByteBuffer y = bytes(rowStride * height);
    ByteBuffer u = bytes(chromaRowStride * chromaHeight);
    ByteBuffer v = bytes(chromaRowStride * chromaHeight);
    YuvPicture stored =
        YuvPicture.yuv420(width, height, y, u, v, rowStride, chromaRowStride, chromaPixelStride);
    for (int rotation : new int[] {0, 90, 180, 270}) {
      for (YuvPicture picture :
          new YuvPicture[] {stored.rotated(rotation), stored.limitedRange().rotated(rotation)}) {
        byte[] expected = convert(new JavaKernels(), picture);
        assertArrayEquals(expected, convert(NativeKernels.load(), picture));
        compareWithFormula(picture, expected);
      }
    }
  }

  /** Walks over the stored picture, and says where each of its pixels must have gone. */
  private static void compareWithFormula(YuvPicture picture, byte[] rgb) {
    for (int y = 0; y < picture.height; y++) {
      for (int x = 0; x < picture.width; x++) {
        int row =
            new int[] {y, x, picture.height - 1 - y, picture.width - 1 - x}[picture.rotation / 90];
        int column =
            new int[] {x, picture.height - 1 - y, picture.width - 1 - x, y}[picture.rotation / 90];
        int chroma = y / 2 * picture.chromaRowStride + x / 2 * picture.chromaPixelStride;
        double luma = picture.y.get(y * picture.lumaRowStride + x) & 0xff;
        double blueness = (picture.u.get(chroma) & 0xff) - 128;
        double redness = (picture.v.get(chroma) & 0xff) - 128;
        if (!picture.fullRange) {
          luma = (luma - 16) * 255 / 219;
          blueness *= 255.0 / 224;
          redness *= 255.0 / 224;
        }
        double[] expected = {
          luma + 1.402 * redness,
          luma - 0.344136 * blueness - 0.714136 * redness,
          luma + 1.772 * blueness
        };
        for (int c = 0; c < 3; c++) {
          int found = rgb[(row * picture.uprightWidth() + column) * 3 + c] & 0xff;
          assertEquals(
              Math.max(0, Math.min(255, expected[c])), found, 0.51, "pixel " + x + ", " + y);
        }
      }
    }
  }

  @Test
  void nv21IsThreePlanesInOneBuffer() {
    byte[] data = new byte[2 + 4 * 3 + 4 * 2];
    random.nextBytes(data);
    ByteBuffer whole = ByteBuffer.wrap(data);
    whole.position(2);
    ByteBuffer y = part(data, 2);
    ByteBuffer v = part(data, 2 + 12);
    ByteBuffer u = part(data, 2 + 13);
    assertArrayEquals(
        convert(NativeKernels.load(), YuvPicture.yuv420(4, 3, y, u, v, 4, 4, 2)),
        convert(NativeKernels.load(), YuvPicture.nv21(4, 3, whole)));
  }

  @Test
  void knownColours() {
    ByteBuffer red = ByteBuffer.wrap(new byte[] {76, (byte) 255, 85});
    byte[] rgb = convert(NativeKernels.load(), YuvPicture.nv21(1, 1, red));
    assertArrayEquals(new byte[] {(byte) 254, 0, 0}, rgb);
    ByteBuffer white = ByteBuffer.wrap(new byte[] {(byte) 235, (byte) 128, (byte) 128});
    byte[] video = convert(NativeKernels.load(), YuvPicture.nv21(1, 1, white).limitedRange());
    assertArrayEquals(new byte[] {-1, -1, -1}, video);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 4, 4, 2, 16, 8",
    "4, -1, 4, 4, 2, 16, 8",
    "40000, 4, 40000, 40000, 2, 160000, 80000",
    "30000, 30000, 30000, 30000, 2, 16, 8",
    "4, 4, 3, 4, 2, 16, 8",
    "4, 4, 4, 2, 2, 16, 8",
    "4, 4, 4, 4, 0, 16, 8",
    "4, 4, 4, 4, -2, 16, 8",
    "4, 4, -4, 4, 2, 16, 8",
    "4, 4, 4, 4, 2, 15, 8",
    "4, 4, 4, 4, 2, 16, 6",
    "4, 4, 2147483647, 4, 2, 16, 8",
    "4, 4, 4, 2147483647, 2147483646, 16, 8",
  })
  void hostileSizesAreRefused(
      int width, int height, int rowStride, int chromaRow, int chromaPixel, int luma, int chroma) {
    ByteBuffer y = ByteBuffer.allocate(luma);
    ByteBuffer uv = ByteBuffer.allocate(chroma);
    assertThrows(
        IllegalArgumentException.class,
        () -> YuvPicture.yuv420(width, height, y, uv, uv, rowStride, chromaRow, chromaPixel));
  }

  /**
   * The last chroma row of a camera may end with its last value: v and u overlap by all but one.
   */
  @Test
  void shortestPlanesAreEnough() {
    ByteBuffer y = bytes(16);
    ByteBuffer uv = bytes(7);
    YuvPicture picture = YuvPicture.yuv420(4, 4, y, uv, uv, 4, 4, 2);
    assertArrayEquals(convert(new JavaKernels(), picture), convert(NativeKernels.load(), picture));
  }

  @ParameterizedTest
  @ValueSource(ints = {-90, 45, 360, 1})
  void oddRotationsAreRefused(int degrees) {
    YuvPicture picture = YuvPicture.nv21(1, 1, ByteBuffer.allocate(3));
    assertThrows(IllegalArgumentException.class, () -> picture.rotated(degrees));
  }

  @Test
  void shortBuffersAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> YuvPicture.nv21(3, 3, ByteBuffer.allocate(16)));
    YuvPicture picture = YuvPicture.nv21(2, 2, ByteBuffer.allocate(6));
    for (ByteBuffer target :
        new ByteBuffer[] {ByteBuffer.allocate(12), ByteBuffer.allocateDirect(11)}) {
      for (KernelSet kernels : new KernelSet[] {new JavaKernels(), NativeKernels.load()}) {
        String message =
            assertThrows(KernelException.class, () -> kernels.toRgb(picture, target)).getMessage();
        assertTrue(message.contains("12 bytes"), message);
      }
    }
  }

  private static byte[] convert(KernelSet kernels, YuvPicture picture) {
    ByteBuffer rgb = ByteBuffer.allocateDirect(picture.rgbBytes() + 1);
    kernels.toRgb(picture, rgb);
    byte[] found = new byte[picture.rgbBytes()];
    rgb.get(found);
    assertEquals(0, rgb.get(), "the byte behind the picture");
    return found;
  }

  private ByteBuffer bytes(int count) {
    byte[] content = new byte[count];
    random.nextBytes(content);
    ByteBuffer direct = ByteBuffer.allocateDirect(count);
    direct.put(content).position(0);
    return direct;
  }

  private static ByteBuffer part(byte[] data, int from) {
    return ByteBuffer.wrap(data, from, data.length - from);
  }
}
