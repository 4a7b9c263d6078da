package org.qcnn.onnx;

import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;

/** The version of the compressed format that a file states. */
final class FormatVersion {
  private FormatVersion() {}

  /**
   * Checks that this release can read a file.
   *
   * @param version {@code major.minor}, or null in files that are not compressed
   */
  static void check(String version) {
    if (version != null && major(version) > major(Metadata.CURRENT_FORMAT)) {
      throw new GraphException(
          "the model is of format "
              + version
              + ", but this release of qcnn reads only up to format "
              + major(Metadata.CURRENT_FORMAT)
              + ".x; get qcnn "
              + major(version)
              + ".0 or newer, or compress the model again with this one");
    }
  }

  private static int major(String version) {
    try {
      return Integer.parseInt(version.split("\\.", 2)[0]);
    } catch (NumberFormatException malformed) {
      throw new GraphException("the model states no valid format version: " + version, malformed);
    }
  }
}
