package org.qcnn.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads whole files, packed with gzip or not, with errors that name the file. */
final class DataFile {
  /**
   * More than any data set needs in one file; keeps a small hostile file from filling the memory.
   */
  static final int MAX_BYTES = 1 << 30;

  private DataFile() {}

  /** Returns the content, unpacked if the name ends in .gz. */
  static ByteBuffer read(Path file) {
    try (InputStream stream = open(file)) {
      byte[] content = stream.readNBytes(MAX_BYTES);
      if (stream.read() >= 0) {
        throw new DataException(file + " holds more than 1 GiB; split it");
      }
      return ByteBuffer.wrap(content);
    } catch (IOException failure) {
      throw unreadable(file, failure);
    }
  }

  private static InputStream open(Path file) throws IOException {
    InputStream stream = new BufferedInputStream(Files.newInputStream(file));
    try {
      return file.toString().endsWith(".gz") ? new GZIPInputStream(stream, 1 << 16) : stream;
    } catch (IOException noGzip) {
      stream.close();
      throw noGzip;
    }
  }

  /** Returns the lines of a UTF-8 text without the empty ones at its end. */
  static List<String> readLines(Path file) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(read(file)).toString();
      // Windows editors put a mark in front, which is no part of the text.
      String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
      List<String> lines = new ArrayList<>(content.lines().toList());
      while (!lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
        lines.remove(lines.size() - 1);
      }
      return lines;
    } catch (CharacterCodingException noText) {
      throw new DataException(file + " is no text in UTF-8", noText);
    }
  }

  static DataException unreadable(Path file, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return new DataException(file + ": there is no such file", failure);
    }
    if (failure instanceof EOFException || failure instanceof ZipException) {
      return new DataException(
          file + " is no complete gzip file (" + failure.getMessage() + "); copy it again",
          failure);
    }
    return new DataException(file + " cannot be read: " + failure.getMessage(), failure);
  }
}
