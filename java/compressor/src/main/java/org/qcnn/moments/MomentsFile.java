package org.qcnn.moments;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.qcnn.checkpoint.Sha256;
import org.qcnn.data.DataException;
import org.qcnn.writer.AtomicFile;

/**
 * Files of moments: what {@link MomentsEncoder} writes, and behind it its SHA-256. The same moments
 * always give the same bytes.
 */
public final class MomentsFile {
  private static final int DIGEST_BYTES = 32;

  private MomentsFile() {}

  /** Writes a file, completely or not at all. */
  public static void write(NetworkMoments moments, Path file) throws IOException {
    AtomicFile.write(file, out -> write(moments, out));
  }

  private static void write(NetworkMoments moments, OutputStream out) throws IOException {
    MessageDigest digest = Sha256.start();
    new MomentsEncoder(new DigestOutputStream(out, digest)).write(moments);
    out.write(digest.digest());
  }

  /** Returns the bytes of a file. */
  public static byte[] toBytes(NetworkMoments moments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      write(moments, out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  /** Reads what {@link #toBytes} gave. */
  public static NetworkMoments ofBytes(byte[] content) {
    try {
      return read("the moments", content.length, () -> new ByteArrayInputStream(content));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it is not one, or is damaged
   */
  public static NetworkMoments read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new DataException(file + ": there is no such file");
    }
    return read(
        file.toString(),
        Files.size(file),
        () -> new BufferedInputStream(Files.newInputStream(file), 1 << 16));
  }

  private interface Source {
    InputStream open() throws IOException;
  }

  /** Checks the digest before anything is believed. */
  private static NetworkMoments read(String name, long size, Source source) throws IOException {
    if (size < DIGEST_BYTES || !isWhole(size, source)) {
      throw new DataException(
          name + " holds no moments of 'qcnn calibrate', or is damaged; make or copy it again");
    }
    try (InputStream stream = source.open()) {
      return new MomentsDecoder(new DataInputStream(stream), size - DIGEST_BYTES).read();
    } catch (IllegalArgumentException wrong) {
      throw new DataException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  private static boolean isWhole(long size, Source source) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] buffer = new byte[1 << 16];
    try (InputStream stream = source.open();
        DigestInputStream digested = new DigestInputStream(stream, digest)) {
      long rest = size - DIGEST_BYTES;
      while (rest > 0) {
        int count = digested.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (count < 0) {
          return false;
        }
        rest -= count;
      }
      return Arrays.equals(stream.readNBytes(DIGEST_BYTES), digest.digest());
    }
  }
}
