package org.qcnn.writer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Files that are there completely or not at all: the content goes to a temporary file in the same
 * folder, onto the disk, and only then takes the name. An older file of that name stays as it was
 * until then, and for good if anything fails.
 */
public final class AtomicFile {
  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to {@code out}, which is buffered, and leaves it open. */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes or replaces a file. If {@code file} is a symbolic link, the file it points to is meant.
   *
   * @throws IOException naming the file and the cause; nothing of the new content remains then, nor
   *     when {@code content} throws an unchecked exception, which passes through
   */
  public static void write(Path file, Content content) throws IOException {
    try {
      Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
      if (Files.isDirectory(target)) {
        throw new IOException("it is a folder");
      }
      // Files.createTempFile would leave the file readable for its owner only.
      Path temporary = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
      try {
        writeToDisk(temporary, content);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        // After a successful move there is nothing left to delete.
        Files.deleteIfExists(temporary);
      }
    } catch (IOException cause) {
      throw new IOException("cannot write " + file + ": " + reason(cause), cause);
    }
  }

  private static void writeToDisk(Path temporary, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Returns the cause in words; the file system's own message is often nothing but a path. */
  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException problem && problem.getReason() != null) {
      return problem.getReason();
    }
    String kind = cause.getClass().getSimpleName().replace("Exception", "");
    return kind.equals("IO") ? cause.getMessage() : kind + " " + cause.getMessage();
  }
}
