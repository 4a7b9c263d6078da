package org.qcnn.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The classes of the images of a directory: lines of file name, class index and, if wanted, class
 * name, separated by tabs.
 */
final class DirectoryLabels {
  private DirectoryLabels() {}

  /** Returns the class of each file; the list and the directory must name the same files. */
  static int[] read(Path labels, List<Path> files) {
    Map<String, Integer> listed = parse(labels);
    int[] indices = new int[files.size()];
    for (int i = 0; i < indices.length; i++) {
      Integer index = listed.remove(files.get(i).getFileName().toString());
      if (index == null) {
        throw new DataException(labels + " does not list the image " + files.get(i));
      }
      indices[i] = index;
    }
    if (!listed.isEmpty() && files.size() > 1) {
      throw new DataException(
          labels
              + " lists "
              + listed.size()
              + " images that are missing, the first is "
              + new TreeSet<>(listed.keySet()).first());
    }
    return indices;
  }

  private static Map<String, Integer> parse(Path labels) {
    List<String> lines = DataFile.readLines(labels);
    Map<String, Integer> listed = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String[] fields = lines.get(i).split("\t", -1);
      if (fields.length < 2) {
        throw new DataException(
            labels + ", line " + (i + 1) + ": expected file name, tab, class index");
      }
      if (listed.put(fields[0], ClassIndices.parse(fields[1], labels, i + 1)) != null) {
        throw new DataException(
            labels + ", line " + (i + 1) + ": " + fields[0] + " is listed twice");
      }
    }
    return listed;
  }
}
