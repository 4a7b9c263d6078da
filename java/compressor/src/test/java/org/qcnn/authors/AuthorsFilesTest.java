package org.qcnn.authors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qcnn.data.DataException;
import org.qcnn.tensor.Shape;

class AuthorsFilesTest {
  private static final int BUFFER_BYTES = 4096;

  @TempDir Path directory;

  @Test
  void floatsComeBack() throws IOException {
    Shape shape = Shape.of(2, 3);
    Path file = write(floats(shape, 1.5f, -2, 0, 1e-30f, 4, 5));
    assertArrayEquals(
        new float[] {1.5f, -2, 0, 1e-30f, 4, 5}, AuthorsFiles.readFloats(file, shape).toArray());
  }

  @Test
  void otherFloatsAreRefused() throws IOException {
    Shape shape = Shape.of(2, 3);
    byte[] whole = floats(shape, 1, 2, 3, 4, 5, 6);
    for (int length = 0; length < whole.length; length++) {
      Path cut = write(Arrays.copyOf(whole, length));
      assertRefused("copy it again", () -> AuthorsFiles.readFloats(cut, shape));
    }
    Path file = write(Arrays.copyOf(whole, whole.length + 1));
    assertRefused("should hold 24 bytes", () -> AuthorsFiles.readFloats(file, shape));
    assertRefused("2 axes", () -> AuthorsFiles.readFloats(file, Shape.of(6)));
    assertRefused("[2, 3], not 3x2", () -> AuthorsFiles.readFloats(file, Shape.of(3, 2)));
    Path infinite = write(floats(shape, 1, 2, 3, 4, Float.POSITIVE_INFINITY, 6));
    assertRefused("value 4 is Infinity", () -> AuthorsFiles.readFloats(infinite, shape));
    Path none = directory.resolve("none");
    assertRefused("none cannot be read", () -> AuthorsFiles.readFloats(none, shape));
  }

  /** The first byte holds the first assignment in its upper bits. */
  @Test
  void theMostSignificantBitComesFirst() throws IOException {
    byte[] content = new byte[12 + BUFFER_BYTES];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(1).putInt(3).putInt(5);
    content[12] = (byte) 0b10110_011;
    content[13] = (byte) 0b01_00001_0;
    assertArrayEquals(
        new byte[] {0b10110, 0b01101, 0b00001},
        AuthorsFiles.readAssignments(write(content), Shape.of(3), 5));
  }

  /** Less than a buffer, exactly one, one assignment more, and many. */
  @ParameterizedTest
  @CsvSource({
    "4, 5", "4, 8192", "4, 8193", "4, 20000",
    "5, 5", "5, 6553", "5, 6554", "5, 20000",
    "7, 5", "7, 4681", "7, 4682", "7, 20000",
    "8, 4097",
  })
  void assignmentsComeBack(int bits, int count) throws IOException {
    byte[] assignments = random(bits, count);
    Path file = write(packed(assignments, bits));
    long perBuffer = 32768 / bits;
    assertEquals(12 + (count + perBuffer - 1) / perBuffer * BUFFER_BYTES, Files.size(file));
    assertArrayEquals(assignments, AuthorsFiles.readAssignments(file, Shape.of(count), bits));
  }

  @Test
  void otherAssignmentsAreRefused() throws IOException {
    int count = 5000;
    byte[] whole = packed(random(7, count), 7);
    Shape shape = Shape.of(count);
    for (int length : new int[] {0, 3, 4, 8, 11, 12, 13, 12 + BUFFER_BYTES, whole.length - 1}) {
      Path cut = write(Arrays.copyOf(whole, length));
      assertRefused("copy it again", () -> AuthorsFiles.readAssignments(cut, shape, 7));
    }
    Path file = write(Arrays.copyOf(whole, whole.length + BUFFER_BYTES));
    assertRefused("should hold 8192 bytes", () -> AuthorsFiles.readAssignments(file, shape, 7));
    assertRefused("of 7 bits, not 5", () -> AuthorsFiles.readAssignments(file, shape, 5));
    assertRefused("[5000]", () -> AuthorsFiles.readAssignments(file, Shape.of(4999), 7));
    assertRefused("1 axes", () -> AuthorsFiles.readAssignments(file, Shape.of(50, 100), 7));
  }

  /** The one bit left over in a full buffer of 7 bits each, and the padding of the last buffer. */
  @Test
  void bitsLeftOverMustBeZero() throws IOException {
    byte[] whole = packed(random(7, 5000), 7);
    for (int index : new int[] {12 + BUFFER_BYTES - 1, whole.length - 1}) {
      byte[] damaged = whole.clone();
      damaged[index] |= 1;
      Path file = write(damaged);
      assertRefused("behind its last", () -> AuthorsFiles.readAssignments(file, Shape.of(5000), 7));
    }
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(directory, "authors", null), content);
  }

  private static byte[] floats(Shape shape, float... values) {
    int ints = 1 + shape.rank() + values.length;
    ByteBuffer content = ByteBuffer.allocate(ints * 4).order(ByteOrder.LITTLE_ENDIAN);
    content.putInt(shape.rank());
    for (int extent : shape.extents()) {
      content.putInt(extent);
    }
    for (float value : values) {
      content.putFloat(value);
    }
    return content.array();
  }

  private static byte[] random(int bits, int count) {
    Random random = new Random(bits);
    byte[] assignments = new byte[count];
    for (int i = 0; i < count; i++) {
      assignments[i] = (byte) random.nextInt(1 << bits);
    }
    return assignments;
  }

  /** Packs by other means than the reader: each buffer is one large number. */
  private static byte[] packed(byte[] assignments, int bits) {
    int perBuffer = BUFFER_BYTES * 8 / bits;
    int buffers = (assignments.length + perBuffer - 1) / perBuffer;
    byte[] content = new byte[12 + buffers * BUFFER_BYTES];
    ByteBuffer header = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(1).putInt(assignments.length).putInt(bits);
    for (int buffer = 0; buffer < buffers; buffer++) {
      BigInteger number = BigInteger.ZERO;
      for (int i = 0; i < perBuffer; i++) {
        int index = buffer * perBuffer + i;
        int assignment = index < assignments.length ? assignments[index] & 0xff : 0;
        number = number.shiftLeft(bits).or(BigInteger.valueOf(assignment));
      }
      byte[] bytes = number.shiftLeft(BUFFER_BYTES * 8 - perBuffer * bits).toByteArray();
      // A sign byte may come in front, and leading zeros may be missing.
      int length = Math.min(bytes.length, BUFFER_BYTES);
      int end = 12 + (buffer + 1) * BUFFER_BYTES;
      System.arraycopy(bytes, bytes.length - length, content, end - length, length);
    }
    return content;
  }

  private static void assertRefused(String part, Runnable read) {
    String message = assertThrows(DataException.class, read::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
