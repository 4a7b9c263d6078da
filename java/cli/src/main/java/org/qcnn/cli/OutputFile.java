package org.qcnn.cli;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qcnn.writer.AtomicFile;

/** Files that a command is asked to write. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Checks, before the work is done, that its result can be written.
   *
   * @param file may be null
   */
  static void check(Path file) throws IOException {
    if (file == null) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || folder == null) {
      throw new IOException("cannot write " + file + ": it is a folder");
    }
    if (!Files.isDirectory(folder)) {
      throw new IOException("cannot write " + file + ": there is no folder " + folder);
    }
    if (!Files.isWritable(folder)) {
      throw new IOException("cannot write " + file + ": no files may be made in " + folder);
    }
  }

  /** Checks the same of a network, whose name must say its kind. */
  static void checkOnnx(Path file) throws IOException {
    if (!file.toString().endsWith(".onnx")) {
      throw new UsageException("the name of the output must end in .onnx, not " + file);
    }
    check(file);
  }

  /**
   * Checks that a result would not take the place of another file of the same command.
   *
   * @param file may be null
   * @param others may be null, each
   */
  static void checkApart(Path file, Path... others) throws IOException {
    for (Path other : others) {
      if (file != null && other != null && isSame(file, other)) {
        throw new UsageException("writing " + file + " would overwrite " + other + "; rename one");
      }
    }
  }

  private static boolean isSame(Path file, Path other) throws IOException {
    // Links lead to the same file by different paths; but only files that are there can be asked.
    boolean areThere = Files.exists(file) && Files.exists(other);
    return areThere
        ? Files.isSameFile(file, other)
        : file.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
  }

  /** Writes records, maps and lists as JSON; does nothing if {@code file} is null. */
  static void writeJson(Path file, Object content) throws IOException {
    if (file == null) {
      return;
    }
    String text =
        new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create()
            .toJson(content);
    AtomicFile.write(file, out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }
}
