package org.qcnn.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in front of the values of a NumPy file: their type, {@code <f4} or {@code |u1}, their
 * shape, and the offset in bytes at which they begin.
 */
record NpyHeader(String type, List<Integer> shape, long offset) {
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;

  static NpyHeader read(FileChannel channel, Path file) throws IOException {
    ByteBuffer start = bytes(channel, 0, 12, file);
    for (int i = 0; i < MAGIC.length; i++) {
      if (start.get(i) != MAGIC[i]) {
        throw new DataException(file + " is no NumPy file");
      }
    }
    boolean isFirstVersion = start.get(6) == 1;
    int offset = isFirstVersion ? 10 : 12;
    int length = isFirstVersion ? start.getShort(8) & 0xffff : start.getInt(8);
    if (length <= 0 || length > MAX_HEADER) {
      throw new DataException(file + " has a header of " + length + " bytes; is it damaged?");
    }
    String text =
        StandardCharsets.ISO_8859_1.decode(bytes(channel, offset, length, file)).toString();
    if (find(FORTRAN, text, file).equals("True")) {
      throw new DataException(
          file + " is in Fortran order; save numpy.ascontiguousarray(array) instead");
    }
    return new NpyHeader(type(text, file), shape(text, file), offset + length);
  }

  private static String type(String text, Path file) {
    String type = find(TYPE, text, file);
    if (!type.equals("<f4") && !type.equals("|u1")) {
      throw new DataException(
          file
              + " holds values of type "
              + type
              + "; save array.astype('<f4') (preprocessed) or array.astype('u1') (pixels) instead");
    }
    return type;
  }

  private static List<Integer> shape(String text, Path file) {
    String[] words = find(SHAPE, text, file).replaceAll("[\\sL]", "").split(",", -1);
    int axes = words[words.length - 1].isEmpty() ? words.length - 1 : words.length;
    List<Integer> shape = new ArrayList<>();
    for (int axis = 0; axis < axes; axis++) {
      if (!words[axis].matches("[0-9]{1,9}") || words[axis].matches("0+")) {
        throw new DataException(
            file
                + " has an extent of \""
                + words[axis]
                + "\" in its shape ("
                + String.join(", ", words)
                + ")");
      }
      shape.add(Integer.parseInt(words[axis]));
    }
    return List.copyOf(shape);
  }

  private static String find(Pattern pattern, String header, Path file) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new DataException(
          file + " has a NumPy header that is not understood: " + header.strip());
    }
    return matcher.group(1);
  }

  /** Reads bytes at a place of the file, little-endian. */
  static ByteBuffer bytes(FileChannel channel, long offset, int count, Path file)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, offset + bytes.position()) < 0) {
        throw new DataException(file + " ends too early; copy it again");
      }
    }
    return bytes.flip();
  }
}
