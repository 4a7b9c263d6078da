package org.qcnn.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.qcnn.tensor.Shape;

/**
 * MNIST's format: 0, 0, 8 for unsigned bytes, the number of axes, their extents as big-endian ints,
 * then the bytes, last axis fastest.
 */
record IdxFile(Shape shape, ByteBuffer bytes) {
  private static final int UNSIGNED_BYTES = 0x0800;

  /** Reads a file with this many axes; bytes lie from the buffer's position 0 on. */
  static IdxFile read(Path file, int axes) {
    ByteBuffer content = DataFile.read(file).order(ByteOrder.BIG_ENDIAN);
    int header = 4 + 4 * axes;
    if (content.remaining() < header || content.getInt(0) != (UNSIGNED_BYTES | axes)) {
      throw new DataException(
          file
              + " is no idx"
              + axes
              + " file of unsigned bytes; it should begin with 0, 0, 8, "
              + axes);
    }
    int[] extents = new int[axes];
    double count = 1;
    for (int axis = 0; axis < axes; axis++) {
      extents[axis] = content.getInt(4 + 4 * axis);
      if (extents[axis] <= 0) {
        throw new DataException(file + " has an extent of " + extents[axis]);
      }
      count *= extents[axis];
    }
    if (content.remaining() - header != count) {
      throw new DataException(
          String.format(
              "%s should hold %s = %.0f bytes after its header, but holds %d; copy it again",
              file, Arrays.toString(extents), count, content.remaining() - header));
    }
    return new IdxFile(Shape.of(extents), content.position(header).slice());
  }
}
