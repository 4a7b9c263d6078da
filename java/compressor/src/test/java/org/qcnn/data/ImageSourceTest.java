package org.qcnn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/** Sources that need no image decoder: noise, tensor files, MNIST's and CIFAR-10's formats. */
class ImageSourceTest {
  private static final Preprocessing GREY = Preprocessing.of(ChannelOrder.GREY);
  private static final Preprocessing RGB = Preprocessing.of(ChannelOrder.RGB);
  private static final Shape SMALL = Shape.of(1, 2, 3);

  @TempDir Path directory;

  @Test
  void noiseIsTheSameEveryTime() {
    try (ImageSource source = ImageSource.open("random:3", null, Shape.of(3, 40, 40), null)) {
      assertEquals(3, source.count());
      assertEquals(-1, source.label(0));
      float[] first = read(source, 1, 4800);
      assertArrayEquals(first, read(source, 1, 4800));
      double sum = 0;
      double squares = 0;
      for (float value : first) {
        sum += value;
        squares += value * value;
      }
      assertEquals(0, sum / first.length, 0.1);
      assertEquals(1, squares / first.length, 0.1);
    }
    assertRefused("random:0", GREY, SMALL, null, "random:COUNT");
    assertRefused("random:99999999999", GREY, SMALL, null, "random:COUNT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"test-images-idx3-ubyte", "test-images-idx3-ubyte.gz"})
  void idxImagesFindTheirLabels(String name) throws IOException {
    write(name, idx(new int[] {2, 2, 3}, 12));
    write(name.replace("images-idx3", "labels-idx1"), idx(new int[] {2}, 2));
    try (ImageSource source = open(name, GREY.withScale(2), SMALL, null)) {
      assertEquals(2, source.count());
      assertArrayEquals(new float[] {12, 14, 16, 18, 20, 22}, read(source, 1, 6));
      assertEquals(1, source.label(1));
      assertTrue(source.description().contains(name), source.description());
    }
  }

  @Test
  void idxImagesWithWrongCountsAreRefused() throws IOException {
    write("short-idx3", idx(new int[] {2, 2, 3}, 11));
    assertRefused("short-idx3", GREY, SMALL, null, "short-idx3", "12 bytes", "holds 11");
    write("long-idx3", idx(new int[] {2, 2, 3}, 13));
    assertRefused("long-idx3", GREY, SMALL, null, "holds 13");
    write("huge-idx3", idx(new int[] {2000000000, 2000000000, 2000000000}, 13));
    assertRefused("huge-idx3", GREY, SMALL, null, "copy it again");
    write("negative-idx3", idx(new int[] {-1, 2, 3}, 13));
    assertRefused("negative-idx3", GREY, SMALL, null, "-1");
    write("tiny-idx3", new byte[] {0, 0, 8});
    assertRefused("tiny-idx3", GREY, SMALL, null, "no idx3");
    write("floats-idx3", new byte[] {0, 0, 0xd, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    assertRefused("floats-idx3", GREY, SMALL, null, "unsigned bytes");
  }

  @Test
  void labelsMustFit() throws IOException {
    write("a-idx3", idx(new int[] {2, 2, 3}, 12));
    Path three = write("three", idx(new int[] {3}, 3));
    assertRefused("a-idx3", GREY, SMALL, three, "3 labels for 2 images");
    Path text = write("text", "4\n-7\n".getBytes(StandardCharsets.UTF_8));
    assertRefused("a-idx3", GREY, SMALL, text, "line 2", "-7");
    assertRefused("a-idx3", GREY, SMALL, directory.resolve("none"), "no such file");
    Path good = write("good", "4\r\n7\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    try (ImageSource source = open("a-idx3", GREY, SMALL, good)) {
      assertEquals(7, source.label(1));
    }
  }

  @Test
  void aCutGzipFileIsRefused() throws IOException {
    Path file = write("c-idx3.gz", idx(new int[] {20, 2, 3}, 120));
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("c-idx3.gz", GREY, SMALL, null, "c-idx3.gz is no complete gzip file");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"batch.bin", "batch.bin.gz"})
  void cifarImagesCarryTheirLabels(String name) throws IOException {
    byte[] records = new byte[2 * 3073];
    records[3073] = 7;
    records[3074] = 100;
    records[3074 + 1024] = (byte) 200;
    write(name, records);
    try (ImageSource source = open(name, RGB, Shape.of(3, 32, 32), null)) {
      assertEquals(2, source.count());
      assertEquals(7, source.label(1));
      float[] values = read(source, 1, 3072);
      assertEquals(100, values[0]);
      assertEquals(200, values[1024]);
    }
    assertRefused(name, RGB, Shape.of(3, 32, 32), directory.resolve("x"), "its own labels");
    write("cut.bin", Arrays.copyOf(records, 4000));
    assertRefused("cut.bin", RGB, Shape.of(3, 32, 32), null, "4000 bytes");
    records[0] = 10;
    write("other.bin", records);
    assertRefused("other.bin", RGB, Shape.of(3, 32, 32), null, "class 10");
  }

  @Test
  void floatTensorsAreTakenAsTheyAre() throws IOException {
    ByteBuffer values = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 12; i++) {
      values.putFloat(i / 2f);
    }
    for (String shape : new String[] {"(2, 1, 2, 3)", "(2, 6)"}) {
      write("a.npy", npy("<f4", "False", shape, values.array()));
      try (ImageSource source = open("a.npy", null, SMALL, null)) {
        assertEquals(2, source.count());
        assertArrayEquals(new float[] {3, 3.5f, 4, 4.5f, 5, 5.5f}, read(source, 1, 6));
      }
    }
  }

  @Test
  void byteTensorsArePreprocessed() throws IOException {
    byte[] pixels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, (byte) 255};
    write("a.npy", npy("|u1", "False", "(2, 1, 2, 3)", pixels));
    Path labels = write("labels.txt", "3\n4\n".getBytes(StandardCharsets.UTF_8));
    try (ImageSource source = open("a.npy", GREY.withMean(1), SMALL, labels)) {
      assertArrayEquals(new float[] {5, 6, 7, 8, 9, 254}, read(source, 1, 6));
      assertEquals(4, source.label(1));
    }
    write("b.npy", npy("|u1", "False", "(1, 3, 2, 2)", pixels));
    try (ImageSource source = open("b.npy", RGB, Shape.of(3, 2, 2), null)) {
      assertEquals(255, read(source, 0, 12)[11]);
    }
    assertRefused("b.npy", null, Shape.of(3, 2, 2), null, "--preprocessing");
  }

  @Test
  void tensorsThatCannotBeReadAreRefused() throws IOException {
    byte[] values = new byte[48];
    refuseNpy(npy("<f4", "True", "(2, 6)", values), "ascontiguousarray");
    refuseNpy(npy("<f8", "False", "(1, 6)", values), "<f8", "astype('<f4')");
    refuseNpy(npy(">f4", "False", "(2, 6)", values), ">f4");
    refuseNpy(npy("<f4", "False", "(2, 7)", values), "[2, 7]", "[N, 1, 2, 3]");
    refuseNpy(npy("<f4", "False", "()", values), "[]");
    refuseNpy(npy("<f4", "False", "(0, 6)", values), "extent");
    refuseNpy(npy("<f4", "False", "(99999999999, 6)", values), "extent");
    refuseNpy(npy("<f4", "False", "(999999999, 6)", values), "bytes, but has");
    refuseNpy(npy("<f4", "False", "(2, 6", values), "not understood");
    refuseNpy("no numpy at all".getBytes(StandardCharsets.UTF_8), "no NumPy file");
    byte[] whole = npy("<f4", "False", "(2, 6)", values);
    for (int length = 0; length < whole.length; length++) {
      refuseNpy(Arrays.copyOf(whole, length), "wrong.npy");
    }
  }

  private void refuseNpy(byte[] content, String... parts) throws IOException {
    write("wrong.npy", content);
    assertRefused("wrong.npy", null, SMALL, null, parts);
  }

  @Test
  void whatIsNoImageSourceIsRefused() throws IOException {
    assertRefused("nothing", GREY, SMALL, null, "no such file or directory");
    write("notes.txt", new byte[3]);
    assertRefused("notes.txt", GREY, SMALL, null, "idx3", "CIFAR-10", "random");
    write("x-idx3", idx(new int[] {2, 2, 3}, 12));
    assertRefused("x-idx3", null, SMALL, null, "--preprocessing");
    assertRefused("x-idx3", RGB, SMALL, null, "3 channels");
  }

  @Test
  void theRealMnistIsRead() {
    Path images = SharedData.find("mnist/t10k-images-idx3-ubyte.gz");
    Shape input = Shape.of(1, 28, 28);
    try (ImageSource source = ImageSource.open(images.toString(), GREY, input, null)) {
      assertEquals(10_000, source.count());
      assertEquals(7, source.label(0));
    }
  }

  private ImageSource open(String name, Preprocessing preprocessing, Shape shape, Path labels) {
    return ImageSource.open(directory.resolve(name).toString(), preprocessing, shape, labels);
  }

  private void assertRefused(
      String name, Preprocessing preprocessing, Shape shape, Path labels, String... parts) {
    String argument = name.startsWith("random") ? name : directory.resolve(name).toString();
    String message =
        assertThrows(
                DataException.class,
                () -> ImageSource.open(argument, preprocessing, shape, labels).close())
            .getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private static float[] read(ImageSource source, int index, int count) {
    float[] values = new float[count];
    source.read(index, FloatBuffer.wrap(values));
    return values;
  }

  /** Writes a file, packed if its name says so. */
  private Path write(String name, byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    if (name.endsWith(".gz")) {
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(content);
      }
    } else {
      packed.write(content);
    }
    return Files.write(directory.resolve(name), packed.toByteArray());
  }

  /** Bytes counted up from 0 behind an idx header. */
  private static byte[] idx(int[] extents, int count) {
    ByteBuffer content = ByteBuffer.allocate(4 + 4 * extents.length + count);
    content.putInt(0x0800 | extents.length);
    for (int extent : extents) {
      content.putInt(extent);
    }
    for (int i = 0; i < count; i++) {
      content.put((byte) i);
    }
    return content.array();
  }

  private static byte[] npy(String type, String fortran, String shape, byte[] values) {
    String header =
        "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
    ByteBuffer content = ByteBuffer.allocate(10 + header.length() + values.length);
    content.order(ByteOrder.LITTLE_ENDIAN);
    content.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    content.put((byte) 1).put((byte) 0).putShort((short) header.length());
    content.put(header.getBytes(StandardCharsets.US_ASCII)).put(values);
    return content.array();
  }
}
