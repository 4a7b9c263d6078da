package org.qcnn.data;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The classes of images that lie in one file: an idx1 file, or text with one index a line. */
final class ClassIndices {
  private ClassIndices() {}

  /** Returns as many class indices as there are images. */
  static int[] read(Path file, int images) {
    int[] indices = isIdx(DataFile.read(file)) ? readIdx(file) : readText(file);
    if (indices.length != images) {
      throw new DataException(
          file + " has " + indices.length + " labels for " + images + " images");
    }
    return indices;
  }

  private static boolean isIdx(ByteBuffer content) {
    // No text begins with a zero byte.
    return content.hasRemaining() && content.get(0) == 0;
  }

  private static int[] readIdx(Path file) {
    IdxFile idx = IdxFile.read(file, 1);
    int[] indices = new int[idx.shape().extent(0)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = idx.bytes().get(i) & 0xff;
    }
    return indices;
  }

  private static int[] readText(Path file) {
    List<String> lines = DataFile.readLines(file);
    int[] indices = new int[lines.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = parse(lines.get(i), file, i + 1);
    }
    return indices;
  }

  /** Reads one class index; the line, from 1, is for the error. */
  static int parse(String text, Path file, int line) {
    String number = text.strip();
    if (!number.matches("[0-9]{1,9}")) {
      throw new DataException(file + ", line " + line + ": \"" + number + "\" is no class index");
    }
    return Integer.parseInt(number);
  }
}
