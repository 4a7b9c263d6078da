package org.qcnn.authors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.qcnn.data.DataException;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The two file formats in which the authors of Q-CNN published a quantized AlexNet, little-endian,
 * last axis fastest.
 *
 * <ul>
 *   <li>{@code .bin}: the number of axes, the extents, the values as floats.
 *   <li>{@code .cbn}: the number of axes, the extents, the bits of one assignment, then buffers of
 *       4096 bytes. Each buffer holds as many assignments as fit into it whole, as one stream of
 *       bits, the most significant bit first. What is left over is 0.
 * </ul>
 *
 * <p>Whoever reads knows what a file must hold, so that anything else is refused.
 */
final class AuthorsFiles {
  private static final int BUFFER_BYTES = 4096;
  private static final int BUFFER_BITS = BUFFER_BYTES * Byte.SIZE;

  private AuthorsFiles() {}

  /**
   * Reads floats of a {@code .bin} file.
   *
   * @throws DataException if the file does not hold exactly these extents, or a value is not finite
   */
  static Tensor readFloats(Path file, Shape shape) {
    ByteBuffer content = read(file);
    readExtents(file, content, shape);
    checkRest(file, content, (long) shape.count() * Float.BYTES);
    float[] values = new float[shape.count()];
    content.asFloatBuffer().get(values);
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i]) || Float.isInfinite(values[i])) {
        throw new DataException(file + ": value " + i + " is " + values[i]);
      }
    }
    return Tensor.over(shape, values);
  }

  /**
   * Reads assignments of a {@code .cbn} file, counted from 0.
   *
   * @param bits the bits of one assignment, 1 to 8
   * @throws DataException if the file does not hold exactly these extents in so many bits
   */
  static byte[] readAssignments(Path file, Shape shape, int bits) {
    ByteBuffer content = read(file);
    readExtents(file, content, shape);
    int found = readInt(file, content);
    if (found != bits) {
      throw new DataException(file + " has assignments of " + found + " bits, not " + bits);
    }
    int perBuffer = BUFFER_BITS / bits;
    long buffers = (shape.count() + perBuffer - 1L) / perBuffer;
    checkRest(file, content, buffers * BUFFER_BYTES);
    byte[] assignments = new byte[shape.count()];
    for (int begin = 0; begin < assignments.length; begin += perBuffer) {
      int end = Math.min(begin + perBuffer, assignments.length);
      byte[] buffer = new byte[BUFFER_BYTES];
      content.get(buffer);
      for (int i = begin; i < end; i++) {
        assignments[i] = (byte) bits(buffer, (i - begin) * bits, bits);
      }
      checkLeftOver(file, buffer, (end - begin) * bits);
    }
    return assignments;
  }

  private static int bits(byte[] buffer, int first, int count) {
    int number = 0;
    for (int bit = first; bit < first + count; bit++) {
      int shift = Byte.SIZE - 1 - bit % Byte.SIZE;
      number = number << 1 | (buffer[bit / Byte.SIZE] >> shift & 1);
    }
    return number;
  }

  /** Refuses bits behind the last assignment: they would mean that the stream was misread. */
  private static void checkLeftOver(Path file, byte[] buffer, int first) {
    for (int bit = first; bit < BUFFER_BITS; bit++) {
      if (bits(buffer, bit, 1) != 0) {
        throw new DataException(file + " has a bit set behind its last assignment; copy it again");
      }
    }
  }

  private static ByteBuffer read(Path file) {
    try {
      return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException failure) {
      throw new DataException(file + " cannot be read: " + failure.getMessage(), failure);
    }
  }

  private static void readExtents(Path file, ByteBuffer content, Shape shape) {
    int rank = readInt(file, content);
    if (rank != shape.rank()) {
      throw new DataException(file + " has " + rank + " axes, not those of " + shape);
    }
    int[] extents = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      extents[axis] = readInt(file, content);
    }
    if (!Arrays.equals(extents, shape.extents())) {
      throw new DataException(
          file + " has the extents " + Arrays.toString(extents) + ", not " + shape);
    }
  }

  private static int readInt(Path file, ByteBuffer content) {
    if (content.remaining() < Integer.BYTES) {
      throw new DataException(file + " ends within its header; copy it again");
    }
    return content.getInt();
  }

  private static void checkRest(Path file, ByteBuffer content, long expected) {
    if (content.remaining() != expected) {
      throw new DataException(
          String.format(
              "%s should hold %d bytes after its header, but holds %d; copy it again",
              file, expected, content.remaining()));
    }
  }
}
