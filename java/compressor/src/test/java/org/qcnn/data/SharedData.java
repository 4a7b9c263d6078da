package org.qcnn.data;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Real networks and images that lie beside the repository on some machines and are no part of it.
 */
public final class SharedData {
  private SharedData() {}

  /** Returns a file of the folder, or skips the test. */
  public static Path find(String name) {
    Path root = Path.of("").toAbsolutePath();
    while (root != null && !Files.exists(root.resolve("java/compressor/pom.xml"))) {
      root = root.getParent();
    }
    Path file = root == null ? Path.of(name) : root.resolveSibling("shared/data").resolve(name);
    assumeTrue(Files.exists(file), "skipped, because " + file + " is not there");
    return file;
  }
}
