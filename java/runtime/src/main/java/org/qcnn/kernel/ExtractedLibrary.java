package org.qcnn.kernel;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import org.bytedeco.javacpp.Loader;

/**
 * Keeps JavaCPP from loading an old library. It extracts libraries from jars once, and takes what
 * it extracted for current while size and date agree; but reproducible jars all have one date.
 */
final class ExtractedLibrary {
  private ExtractedLibrary() {}

  /** Deletes what was extracted of a library in a jar, if it is not the same any more. */
  static void refresh(URL library) throws IOException {
    if (!library.getProtocol().equals("jar")) {
      return;
    }
    File extracted = Loader.cacheResource(library);
    if (!same(library, extracted) && !extracted.delete()) {
      throw new IOException(extracted + " is of another build and cannot be deleted; delete it");
    }
  }

  private static boolean same(URL library, File extracted) throws IOException {
    try (InputStream one = new BufferedInputStream(library.openStream());
        InputStream other = new BufferedInputStream(new FileInputStream(extracted))) {
      int read;
      do {
        read = one.read();
        if (read != other.read()) {
          return false;
        }
      } while (read >= 0);
      return true;
    }
  }
}
