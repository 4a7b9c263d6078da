package org.qcnn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

class ImageDirectoryTest {
  private static final Preprocessing RGB = Preprocessing.of(ChannelOrder.RGB);
  private static final Shape INPUT = Shape.of(3, 16, 16);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void coloursArriveInOrder(String format) throws IOException {
    draw("one." + format, format, 16, 16, 0x0a141e);
    try (ImageSource source = open(directory, null)) {
      float[] values = read(source, 0);
      assertEquals(10, values[0]);
      assertEquals(20, values[256]);
      assertEquals(30, values[512]);
      assertEquals(-1, source.label(0));
    }
  }

  @Test
  void imagesAreSortedAndLabelled() throws IOException {
    draw("b.png", "png", 16, 16, 0);
    draw("a.JPG", "jpg", 40, 30, 0xff);
    Files.writeString(directory.resolve("notes.txt"), "no image");
    Files.writeString(directory.resolve("labels.tsv"), "a.JPG\t3\tcat\nb.png\t5\tdog\n");
    try (ImageSource source = open(directory, null)) {
      assertEquals(2, source.count());
      assertEquals("a.JPG", source.name(0));
      assertEquals(3, source.label(0));
      assertEquals(5, source.label(1));
    }
    try (ImageSource single = open(directory.resolve("b.png"), null)) {
      assertEquals(1, single.count());
    }
  }

  @Test
  void labelsAndImagesMustAgree() throws IOException {
    draw("a.png", "png", 16, 16, 0);
    draw("b.png", "png", 16, 16, 0);
    Path labels = directory.resolve("list.tsv");
    Files.writeString(labels, "a.png\t3\n");
    assertRefused(labels, "does not list", "b.png");
    Files.writeString(labels, "a.png\t3\nb.png\t3\nc.png\t3\n");
    assertRefused(labels, "c.png", "missing");
    Files.writeString(labels, "a.png\t3\na.png\t3\n");
    assertRefused(labels, "line 2", "twice");
    Files.writeString(labels, "a.png\tcat\n");
    assertRefused(labels, "line 1", "cat");
    Files.writeString(labels, "a.png 3\n");
    assertRefused(labels, "line 1", "tab");
    Files.delete(labels);
    assertRefused(labels, "list.tsv: there is no such file");
  }

  @Test
  void aDirectoryWithoutImagesIsRefused() {
    assertRefused(null, "holds no images", "jpg");
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "bmp"})
  void aCutImageIsNamed(String format) throws IOException {
    Path file = draw("cut." + format, format, 64, 64, 0x123456);
    byte[] whole = Files.readAllBytes(file);
    for (int length :
        new int[] {0, 1, 10, whole.length / 4, whole.length / 2, whole.length * 9 / 10}) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (ImageSource source = open(directory, null)) {
        String message = assertThrows(DataException.class, () -> read(source, 0)).getMessage();
        assertTrue(message.contains("cut." + format), message);
      }
    }
  }

  @Test
  void theCameraMayHaveBeenTurned() throws IOException {
    BufferedImage picture = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 16; x++) {
      for (int y = 0; y < 16; y++) {
        picture.setRGB(x, y, 0xffffff);
      }
    }
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", jpeg);
    // EXIF orientation 6: to be turned clockwise, so that the white left half comes to the top.
    byte[] exif = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      1,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      6,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream turned = new ByteArrayOutputStream();
    turned.write(jpeg.toByteArray(), 0, 2);
    turned.write(exif);
    turned.write(jpeg.toByteArray(), 2, jpeg.size() - 2);
    Files.write(directory.resolve("turned.jpg"), turned.toByteArray());
    // 16 wide and 32 high once turned: the crop is rows 8 to 23, white above, black below.
    try (ImageSource source = open(directory, null)) {
      float[] values = read(source, 0);
      assertEquals(255, values[16 * 2 + 1], 5);
      assertEquals(255, values[16 * 2 + 14], 5);
      assertEquals(0, values[16 * 13 + 1], 5);
    }
  }

  @Test
  void theDecodedGoldenImageIsWhatThePixelsSay() throws IOException {
    Path file = SharedData.find("resnet34/golden/input_03.png");
    BufferedImage expected = ImageIO.read(file.toFile());
    Shape input = Shape.of(3, expected.getHeight(), expected.getWidth());
    float[] values = new float[input.count()];
    try (ImageSource source = ImageSource.open(file.toString(), RGB, input, null)) {
      source.read(0, FloatBuffer.wrap(values));
    }
    int plane = input.count(1, 3);
    float[] wanted = new float[values.length];
    for (int i = 0; i < plane; i++) {
      int pixel = expected.getRGB(i % expected.getWidth(), i / expected.getWidth());
      for (int c = 0; c < 3; c++) {
        wanted[c * plane + i] = (pixel >> (16 - 8 * c)) & 0xff;
      }
    }
    assertArrayEquals(wanted, values);
  }

  @Test
  void calibrationPhotographsAreRead() {
    Path photographs = SharedData.find("imagenet/calibration");
    Preprocessing preprocessing =
        PreprocessingFile.read(SharedData.find("resnet34/preprocessing.json"));
    Shape input = Shape.of(3, 227, 227);
    try (ImageSource source =
        ImageSource.open(photographs.toString(), preprocessing, input, null)) {
      assertEquals(600, source.count());
      assertEquals(0, source.label(0));
      float[] values = new float[input.count()];
      source.read(0, FloatBuffer.wrap(values));
      for (float value : values) {
        assertTrue(Math.abs(value) < 1, () -> "a value of " + value);
      }
    }
  }

  private Path draw(String name, String format, int width, int height, int colour)
      throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      picture.setRGB(i % width, i / width, colour);
    }
    Path file = directory.resolve(name);
    assertTrue(ImageIO.write(picture, format, file.toFile()));
    return file;
  }

  private static ImageSource open(Path path, Path labels) {
    return ImageSource.open(path.toString(), RGB, INPUT, labels);
  }

  private static float[] read(ImageSource source, int index) {
    float[] values = new float[INPUT.count()];
    source.read(index, FloatBuffer.wrap(values));
    return values;
  }

  private void assertRefused(Path labels, String... parts) {
    String message =
        assertThrows(DataException.class, () -> open(directory, labels).close()).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }
}
