package org.qcnn.kernel;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.Loader;

/**
 * A library as a file: extracted from its jar into JavaCPP's cache, once. JavaCPP itself would take
 * what it extracted for current while size and date agree, but reproducible jars all have one date;
 * and asking for the date costs a virtual machine that has just started 10 ms, for the rules of
 * time zones. Here the checksum that the jar keeps is the name of the folder, so that releases do
 * not get into each other's way.
 */
final class ExtractedLibrary {
  private static final int PART = 1 << 16;

  private ExtractedLibrary() {}

  /** Returns the library of a jar as a file, extracted if the cache has none or a damaged one. */
  static File of(URL library) throws IOException {
    long checksum = checksum(library);
    String path = library.getPath();
    File folder = new File(Loader.getCacheDir(), "qcnn-" + Long.toHexString(checksum));
    File extracted = new File(folder, path.substring(path.lastIndexOf('/') + 1));
    if (extracted.exists() && checksum(new FileInputStream(extracted)) == checksum) {
      return extracted;
    }
    if (!folder.isDirectory() && !folder.mkdirs() && !folder.isDirectory()) {
      throw new IOException("could not create the cache folder " + folder);
    }
    extract(library, extracted);
    return extracted;
  }

  private static long checksum(URL library) throws IOException {
    URLConnection connection = library.openConnection();
    return connection instanceof JarURLConnection
        ? ((JarURLConnection) connection).getJarEntry().getCrc()
        : checksum(connection.getInputStream());
  }

  private static long checksum(InputStream opened) throws IOException {
    CRC32 checksum = new CRC32();
    byte[] part = new byte[PART];
    try (InputStream stream = opened) {
      for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
        checksum.update(part, 0, read);
      }
    }
    return checksum.getValue();
  }

  /** Writes beside and renames: another process may be extracting, or loading, the same file. */
  private static void extract(URL library, File to) throws IOException {
    File beside = File.createTempFile("extracting", ".tmp", to.getParentFile());
    try {
      byte[] part = new byte[PART];
      try (InputStream stream = library.openStream();
          OutputStream file = new FileOutputStream(beside)) {
        for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
          file.write(part, 0, read);
        }
      }
      if (!beside.renameTo(to)) {
        throw new IOException("could not write " + to);
      }
    } finally {
      beside.delete();
    }
  }
}
