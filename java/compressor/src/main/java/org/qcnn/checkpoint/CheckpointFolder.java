package org.qcnn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qcnn.data.DataException;
import org.qcnn.writer.AtomicFile;

/**
 * Checkpoints as files of one folder: {@code run.txt} holds the key of the run, each other file a
 * result behind the SHA-256 of key, name and content. Every file appears whole or not at all, so
 * that the folder is good after a crash at any moment. It is made with the first result.
 */
public final class CheckpointFolder implements Checkpoints {
  private static final String KEY_FILE = "run.txt";
  private static final String SUFFIX = ".part";
  private static final int DIGEST_BYTES = 32;

  private final Path folder;
  private final RunKey key;
  // Whether the folder's files, if there are any, belong to this run.
  private boolean isOurs;

  private CheckpointFolder(Path folder, RunKey key, boolean isOurs) {
    this.folder = folder;
    this.key = key;
    this.isOurs = isOurs;
  }

  /**
   * Returns checkpoints of a run that begins anew; what an older run left is replaced by the first
   * result.
   */
  public static CheckpointFolder start(Path folder, RunKey key) {
    return new CheckpointFolder(folder, key, false);
  }

  /**
   * Returns the checkpoints of an interrupted run; none, if it left nothing.
   *
   * @throws DataException if what is there belongs to another run, saying what differs
   */
  public static CheckpointFolder resume(Path folder, RunKey key) throws IOException {
    Path file = folder.resolve(KEY_FILE);
    if (!Files.exists(file)) {
      return new CheckpointFolder(folder, key, false);
    }
    RunKey found;
    try {
      found = RunKey.parse(Files.readString(file));
    } catch (DataException | CharacterCodingException damaged) {
      throw new DataException(file + " is damaged; without --resume the work starts anew", damaged);
    }
    List<String> differences = key.differences(found);
    if (!differences.isEmpty()) {
      throw new DataException(
          folder
              + " belongs to another run: "
              + String.join("; ", differences)
              + ". Repeat the interrupted command with --resume, or leave --resume out to start"
              + " anew");
    }
    return new CheckpointFolder(folder, key, true);
  }

  /** Returns how many results are there. */
  public int count() throws IOException {
    return isOurs ? results().size() : 0;
  }

  @Override
  public synchronized Optional<byte[]> find(String name) {
    Path file = file(name);
    if (!isOurs || !Files.exists(file)) {
      return Optional.empty();
    }
    byte[] stored;
    try {
      stored = Files.readAllBytes(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file + ": " + failure.getMessage(), failure);
    }
    int start = Math.min(DIGEST_BYTES, stored.length);
    byte[] content = Arrays.copyOfRange(stored, start, stored.length);
    if (!Arrays.equals(digest(name, content), Arrays.copyOf(stored, start))) {
      throw new DataException(file + " is damaged; delete it, and this result is computed anew");
    }
    return Optional.of(content);
  }

  @Override
  public synchronized void keep(String name, AtomicFile.Content content) {
    try {
      if (!isOurs) {
        begin();
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      content.writeTo(bytes);
      byte[] digest = digest(name, bytes.toByteArray());
      AtomicFile.write(
          file(name),
          out -> {
            out.write(digest);
            bytes.writeTo(out);
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure.getMessage(), failure);
    }
  }

  private void begin() throws IOException {
    delete();
    Files.createDirectories(folder);
    AtomicFile.write(
        folder.resolve(KEY_FILE), out -> out.write(key.toText().getBytes(StandardCharsets.UTF_8)));
    isOurs = true;
  }

  private byte[] digest(String name, byte[] content) {
    MessageDigest digest = Sha256.start();
    digest.update((key.digest() + name + "\n").getBytes(StandardCharsets.UTF_8));
    return digest.digest(content);
  }

  private Path file(String name) {
    return folder.resolve(name + SUFFIX);
  }

  private List<Path> results() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX)).toList();
    }
  }

  /** Whether a killed writer has left this: see {@link AtomicFile}. */
  private static boolean isRemnant(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith(".") && (name.contains(SUFFIX + ".") || name.contains(KEY_FILE + "."));
  }

  /** Deletes the results, and the folder unless somebody has put other files into it. */
  public synchronized void delete() throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    // The key goes first: without it the rest belongs to nobody, whenever this is interrupted.
    Files.deleteIfExists(folder.resolve(KEY_FILE));
    for (Path file : results()) {
      Files.deleteIfExists(file);
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(CheckpointFolder::isRemnant).toList()) {
        Files.deleteIfExists(file);
      }
    }
    isOurs = false;
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException others) {
      // They are not ours to delete.
    }
  }
}
