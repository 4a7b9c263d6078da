package org.qcnn.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The processor that a benchmark ran on. */
final class Processor {
  private static final Path LINUX_DESCRIPTION = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Returns its name where Linux tells it, otherwise at least its architecture. */
  static String name() {
    return entry("model name").orElse(System.getProperty("os.arch"));
  }

  private static Optional<String> entry(String key) {
    try (Stream<String> lines = Files.lines(LINUX_DESCRIPTION)) {
      return lines
          .filter(line -> line.startsWith(key))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException | UncheckedIOException notLinux) {
      return Optional.empty();
    }
  }
}
