package org.qcnn.kernel;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;

/**
 * Keeps JavaCPP from loading an old library. It extracts libraries from jars once, and takes what
 * it extracted for current while size and date agree; but reproducible jars all have one date.
 */
final class ExtractedLibrary {
  private ExtractedLibrary() {}

  /** Returns the library of a jar as a file, extracted anew if the one in the cache is another. */
  static File of(URL library) throws IOException {
    File extracted = Loader.cacheResource(library);
    if (same(library, extracted)) {
      return extracted;
    }
    if (!extracted.delete()) {
      throw new IOException(extracted + " is of another build and cannot be deleted; delete it");
    }
    return Loader.cacheResource(library);
  }

  private static boolean same(URL library, File extracted) throws IOException {
    try (InputStream one = library.openStream();
        InputStream other = new FileInputStream(extracted)) {
      return Arrays.equals(bytes(one), bytes(other));
    }
  }

  private static byte[] bytes(InputStream stream) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] part = new byte[1 << 16];
    int read = stream.read(part);
    while (read >= 0) {
      bytes.write(part, 0, read);
      read = stream.read(part);
    }
    return bytes.toByteArray();
  }
}
