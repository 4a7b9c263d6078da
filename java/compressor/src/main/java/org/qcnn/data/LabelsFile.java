package org.qcnn.data;

import java.nio.file.Path;
import java.util.List;

/** The names of the classes in the order of a network's output, one a line, UTF-8. */
public final class LabelsFile {
  private LabelsFile() {}

  /**
   * Returns the names.
   *
   * @throws DataException if the file cannot be read, is empty or has an empty line before its end
   */
  public static List<String> read(Path file) {
    List<String> names = DataFile.readLines(file).stream().map(String::strip).toList();
    if (names.isEmpty()) {
      throw new DataException(file + " holds no class names; expected one a line");
    }
    int empty = names.indexOf("");
    if (empty >= 0) {
      throw new DataException(file + ", line " + (empty + 1) + ": the name of a class is empty");
    }
    return names;
  }
}
