package org.qcnn.cli;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A small grey picture drawn with letters. */
final class Picture {
  private static final String INKS = " .:-=+*#%@";

  private Picture() {}

  /**
   * Returns the lines of a picture; two of its rows make one line, because letters are high.
   *
   * @param pixels row by row, 0 is black
   */
  static List<String> lines(ByteBuffer pixels, int height, int width) {
    List<String> lines = new ArrayList<>();
    for (int y = 0; y + 1 < height; y += 2) {
      StringBuilder line = new StringBuilder();
      for (int x = 0; x < width; x++) {
        int upper = pixels.get(y * width + x) & 0xff;
        int lower = pixels.get((y + 1) * width + x) & 0xff;
        line.append(INKS.charAt((upper + lower) * INKS.length() / 512));
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
