package org.qcnn.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractedLibraryTest {
  @TempDir Path folder;

  @Test
  void libraryOfAnotherBuildIsExtractedAnew() throws IOException {
    // The name of the jar is where JavaCPP keeps what it extracts: one that nobody else has.
    String name = folder.getFileName() + ".jar";
    Path extracted = Loader.getCacheDir().toPath().resolve(name);
    try {
      assertEquals("first", load(jar("one", name, "first")));
      assertEquals("other", load(jar("two", name, "other")));
    } finally {
      Files.deleteIfExists(extracted.resolve("org/qcnn/library.so"));
      Files.deleteIfExists(extracted.resolve("org/qcnn"));
      Files.deleteIfExists(extracted.resolve("org"));
      Files.deleteIfExists(extracted);
    }
  }

  private static String load(URL library) throws IOException {
    return Files.readString(ExtractedLibrary.of(library).toPath(), US_ASCII);
  }

  /** Writes a jar with a library of a fixed date, as reproducible builds do. */
  private URL jar(String build, String name, String content) throws IOException {
    Path jar = Files.createDirectory(folder.resolve(build)).resolve(name);
    JarEntry entry = new JarEntry("org/qcnn/library.so");
    entry.setLastModifiedTime(FileTime.fromMillis(1_700_000_000_000L));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      entries.putNextEntry(entry);
      entries.write(content.getBytes(US_ASCII));
    }
    return new URL("jar:" + jar.toUri() + "!/org/qcnn/library.so");
  }
}
