package org.qcnn.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder that disappears with its content, also when the user interrupts the command. */
final class TemporaryFolder implements AutoCloseable {
  private final Path path;
  private final Thread interruption = new Thread(this::delete);

  TemporaryFolder() throws IOException {
    path = Files.createTempDirectory("qcnn-demo");
    Runtime.getRuntime().addShutdownHook(interruption);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(interruption);
    delete();
  }

  private void delete() {
    try (Stream<Path> entries = Files.walk(path)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot delete " + path + ": " + failure.getMessage(), failure);
    }
  }
}
