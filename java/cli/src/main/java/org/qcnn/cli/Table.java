package org.qcnn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text in columns that are as wide as their widest cell. */
final class Table {
  private static final String GAP = "  ";

  private final int columns;
  private final boolean[] right;
  private final List<String[]> rows = new ArrayList<>();

  /** Returns a table; a heading that begins with {@code >} aligns its column to the right. */
  Table(String... headings) {
    columns = headings.length;
    right = new boolean[columns];
    String[] names = new String[columns];
    for (int i = 0; i < columns; i++) {
      right[i] = headings[i].startsWith(">");
      names[i] = right[i] ? headings[i].substring(1) : headings[i];
    }
    rows.add(names);
  }

  /** Adds a row. */
  Table row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
    }
    rows.add(cells.clone());
    return this;
  }

  /** Returns the lines, a rule below the headings; no line ends in spaces. */
  List<String> lines() {
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (String[] row : rows) {
      lines.add(line(row, widths));
    }
    int width = Arrays.stream(widths).sum() + GAP.length() * (columns - 1);
    lines.add(1, "-".repeat(width));
    return lines;
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < columns; i++) {
      String padding = " ".repeat(widths[i] - row[i].length());
      line.append(i == 0 ? "" : GAP);
      line.append(right[i] ? padding + row[i] : row[i] + padding);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public String toString() {
    return String.join(System.lineSeparator(), lines());
  }
}
