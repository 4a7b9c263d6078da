package org.qcnn.compression;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One value of a network for all calibration images, in a temporary file: so memory does not grow
 * with their number, and the system's page cache keeps what fits. Safe for several threads. On
 * Linux the file has no name once it is open, so nothing remains of it even if the process is
 * killed.
 */
final class ActivationFile implements AutoCloseable {
  private final FileChannel channel;
  private final Path path;
  private final int bytesPerImage;

  ActivationFile(int valuesPerImage) {
    this.bytesPerImage = Math.multiplyExact(valuesPerImage, Float.BYTES);
    try {
      path = Files.createTempFile("qcnn-activations", ".bin");
      channel =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot make a temporary file (-Djava.io.tmpdir=FOLDER in QCNN_JAVA_OPTIONS puts"
              + " them elsewhere): "
              + failure.getMessage(),
          failure);
    }
  }

  int bytesPerImage() {
    return bytesPerImage;
  }

  /** Returns a copy of one image's values. */
  FloatBuffer read(int image) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(bytesPerImage).order(ByteOrder.nativeOrder());
    read(image, bytes);
    return bytes.asFloatBuffer();
  }

  /** Reads one image's values into the front of a buffer. */
  void read(int image, ByteBuffer target) {
    ByteBuffer rest = target.duplicate().clear().limit(bytesPerImage);
    long position = (long) image * bytesPerImage;
    try {
      while (rest.hasRemaining()) {
        int count = channel.read(rest, position + rest.position());
        if (count < 0) {
          throw new EOFException("image " + image + " was never written");
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + path + ": " + failure.getMessage(), failure);
    }
  }

  /** Writes one image's values from the front of a buffer. */
  void write(int image, ByteBuffer source) {
    ByteBuffer rest = source.duplicate().clear().limit(bytesPerImage);
    long position = (long) image * bytesPerImage;
    try {
      while (rest.hasRemaining()) {
        channel.write(rest, position + rest.position());
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot write "
              + path
              + " (is the disk full? -Djava.io.tmpdir=FOLDER in QCNN_JAVA_OPTIONS puts temporary"
              + " files elsewhere): "
              + failure.getMessage(),
          failure);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
