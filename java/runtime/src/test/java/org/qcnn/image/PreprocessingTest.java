package org.qcnn.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.tensor.Shape;

class PreprocessingTest {
  private static final Preprocessing RGB = Preprocessing.of(ChannelOrder.RGB);

  @Test
  void anImageOfTheRightSizeGoesThroughUnchanged() {
    byte[] pixels = randomBytes(5 * 4 * 3);
    float[] made = apply(RGB.forInput(Shape.of(3, 4, 4)), Image.rgb(bytes(pixels), 5, 4));
    // Five columns, four wanted: the crop begins at floor((5 - 4) / 2) = 0.
    assertEquals(pixels[0] & 0xff, made[0]);
    assertEquals(pixels[(3 * 5 + 3) * 3 + 2] & 0xff, made[3 * 4 * 4 - 1]);
  }

  @Test
  void anImageOfTheSizeOfTheInputIsTheInput() {
    byte[] pixels = {1, 2, 3, 4, 5, 6};
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6},
        apply(
            Preprocessing.of(ChannelOrder.GREY).forInput(Shape.of(1, 2, 3)),
            Image.grey(bytes(pixels), 3, 2)));
  }

  @Test
  void channelsAreOrderedAndNormalized() {
    int[] argb = {0xff0a141e};
    Preprocessing bgr = Preprocessing.of(ChannelOrder.BGR).withMean(1, 2, 3).withScale(2);
    assertArrayEquals(
        new float[] {(30 - 1) * 2, (20 - 2) * 2, (10 - 3) * 2},
        apply(bgr.forInput(Shape.of(3, 1, 1)), Image.argb(argb, 1, 1)));
  }

  @Test
  void coloursBecomeGreyAndGreyBecomesColours() {
    Preprocessing grey = Preprocessing.of(ChannelOrder.GREY).forInput(Shape.of(1, 1, 1));
    float[] luma = apply(grey, Image.argb(new int[] {0x0a141e}, 1, 1));
    assertEquals(0.299f * 10 + 0.587f * 20 + 0.114f * 30, luma[0], 1e-5);
    byte[] pixel = {(byte) 200};
    assertArrayEquals(
        new float[] {200, 200, 200},
        apply(RGB.forInput(Shape.of(3, 1, 1)), Image.grey(bytes(pixel), 1, 1)));
  }

  @Test
  void allLayoutsOfOnePictureGiveTheSame() {
    byte[] rgb = randomBytes(7 * 6 * 3);
    byte[] planar = new byte[rgb.length];
    int[] argb = new int[7 * 6];
    for (int i = 0; i < argb.length; i++) {
      for (int c = 0; c < 3; c++) {
        planar[c * argb.length + i] = rgb[3 * i + c];
        argb[i] = argb[i] << 8 | (rgb[3 * i + c] & 0xff);
      }
    }
    Preprocessing small = RGB.forInput(Shape.of(3, 3, 2));
    float[] expected = apply(small, Image.rgb(bytes(rgb), 7, 6));
    assertArrayEquals(expected, apply(small, Image.planar(bytes(planar), 7, 6)));
    assertArrayEquals(expected, apply(small, Image.argb(argb, 7, 6)));
    ByteBuffer offset = ByteBuffer.allocateDirect(rgb.length + 5);
    for (int i = 0; i < rgb.length; i++) {
      offset.put(5 + i, rgb[i]);
    }
    offset.position(5);
    assertArrayEquals(expected, apply(small, Image.rgb(offset, 7, 6)));
  }

  @ParameterizedTest
  @CsvSource({
    "40, 30, 0, 8, 8",
    "40, 30, 0, 9, 4",
    "40, 30, 0, 4, 9",
    "3, 2, 0, 2, 3",
    "40, 30, 20, 8, 12",
    "5, 9, 16, 16, 16",
    "1, 1, 4, 4, 4",
    "300, 7, 5, 5, 5",
    "33, 33, 32, 32, 31",
    "100, 64, 63, 1, 63",
    "9, 200, 9, 9, 9"
  })
  void scalingFollowsTheFormula(int width, int height, int shorterSide, int cropH, int cropW) {
    byte[] pixels = randomBytes(width * height);
    Preprocessing preprocessing =
        Preprocessing.of(ChannelOrder.GREY)
            .withShorterSide(shorterSide)
            .forInput(Shape.of(1, cropH, cropW));
    float[] made = apply(preprocessing, Image.grey(bytes(pixels), width, height));
    double[] expected = naive(pixels, width, height, preprocessing);
    for (int i = 0; i < made.length; i++) {
      assertEquals(expected[i], made[i], 1e-3, "pixel " + i);
    }
  }

  /** The whole picture scaled in two dimensions at once, then cut: slow and obvious. */
  private static double[] naive(byte[] pixels, int width, int height, Preprocessing wanted) {
    int shorter = Math.min(width, height);
    int shorterSide = wanted.shorterSide();
    int scaledWidth = width * shorterSide / shorter;
    int scaledHeight = height * shorterSide / shorter;
    if (shorterSide == 0) {
      double cover =
          Math.max((double) wanted.cropHeight() / height, (double) wanted.cropWidth() / width);
      scaledWidth = (int) (width * cover + 1e-9);
      scaledHeight = (int) (height * cover + 1e-9);
    }
    int top = (scaledHeight - wanted.cropHeight()) / 2;
    int left = (scaledWidth - wanted.cropWidth()) / 2;
    double[] crop = new double[wanted.cropHeight() * wanted.cropWidth()];
    for (int i = 0; i < crop.length; i++) {
      int row = top + i / wanted.cropWidth();
      int column = left + i % wanted.cropWidth();
      double sum = 0;
      double weights = 0;
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          double weight = hat(y, height, row, scaledHeight) * hat(x, width, column, scaledWidth);
          sum += weight * (pixels[y * width + x] & 0xff);
          weights += weight;
        }
      }
      crop[i] = sum / weights;
    }
    return crop;
  }

  private static double hat(int position, int input, int place, int output) {
    double scale = (double) input / output;
    double distance = Math.abs(position + 0.5 - (place + 0.5) * scale);
    return Math.max(0, 1 - distance / Math.max(scale, 1));
  }

  @Test
  void anEvenPictureStaysEven() {
    byte[] pixels = new byte[1000 * 700];
    java.util.Arrays.fill(pixels, (byte) 255);
    Preprocessing small = Preprocessing.of(ChannelOrder.GREY).forInput(Shape.of(1, 224, 224));
    for (float value : apply(small, Image.grey(bytes(pixels), 1000, 700))) {
      assertEquals(255, value, 1e-3);
    }
  }

  @Test
  void theTextSaysItAll() {
    Preprocessing said =
        RGB.withShorterSide(256).withCrop(227, 224).withMean(1.5f, -2, 1e-9f).withScale(1 / 255f);
    assertEquals(said, Preprocessing.parse(said.toText()));
    assertEquals(RGB, Preprocessing.parse("\n" + RGB.toText().replace("\n", "\r\n") + "\n"));
    assertTrue(said.toText().contains("crop: 227 224\n"), said.toText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "channels: CMYK",
        "mean: 1",
        "channels: RGB\nmean: 1 2",
        "channels: RGB\nmean: NaN",
        "channels: RGB\nscale: one",
        "channels: RGB\nscale:",
        "channels: RGB\ncrop: 5",
        "channels: RGB\ncrop: 5 1e9",
        "channels: RGB\nrotate: 90",
        "channels: RGB\nmean 3",
        "channels: RGB\nchannels: RGB",
        "channels: RGB\nshorter_side: -4",
        "channels: RGB\ncrop: 0 7"
      })
  void textThatMakesNoSenseIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Preprocessing.parse(text));
  }

  @Test
  void whatDoesNotFitTheInputIsRefused() {
    Shape input = Shape.of(3, 8, 8);
    assertRefused("GREY", () -> Preprocessing.of(ChannelOrder.GREY).forInput(input));
    assertRefused("9x9", () -> RGB.withCrop(9, 9).forInput(input));
    assertRefused("too small", () -> RGB.withShorterSide(7).forInput(input));
    assertRefused("192", () -> RGB.forInput(Shape.of(192)));
    assertThrows(
        IllegalStateException.class,
        () -> RGB.apply(Image.argb(new int[1], 1, 1), FloatBuffer.allocate(3)));
  }

  @Test
  void imagesWithTooFewPixelsAreRefused() {
    assertRefused("found 1", () -> Image.argb(new int[1], 1, 2));
    assertRefused("needs 12", () -> Image.rgb(ByteBuffer.allocate(11), 2, 2));
    assertRefused("0x4", () -> Image.grey(ByteBuffer.allocate(11), 0, 4));
    int huge = Integer.MAX_VALUE;
    assertRefused("pixels", () -> Image.planar(ByteBuffer.allocate(11), huge, huge));
  }

  @Test
  void anExtremePictureNeedsNoExtremeMemory() {
    byte[] pixels = randomBytes(1_000_000);
    Preprocessing large = Preprocessing.of(ChannelOrder.GREY).forInput(Shape.of(1, 500, 500));
    assertEquals(500 * 500, apply(large, Image.grey(bytes(pixels), 1_000_000, 1)).length);
  }

  private static void assertRefused(String part, org.junit.jupiter.api.function.Executable code) {
    String message = assertThrows(IllegalArgumentException.class, code).getMessage();
    assertTrue(message.contains(part), message);
  }

  private static float[] apply(Preprocessing preprocessing, Image image) {
    int count =
        preprocessing.channels().channels()
            * preprocessing.cropHeight()
            * preprocessing.cropWidth();
    FloatBuffer target = FloatBuffer.allocate(count + 1);
    target.position(1);
    preprocessing.apply(image, target);
    assertEquals(1, target.position());
    float[] values = new float[count];
    target.get(values);
    return values;
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer bytes(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }
}
