package org.qcnn.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractedLibraryTest {
  @TempDir Path folder;

  private final Set<File> extracted = new HashSet<>();

  @AfterEach
  void forgetTheCache() {
    extracted.forEach(File::delete);
    extracted.forEach(file -> file.getParentFile().delete());
  }

  @Test
  void librariesOfTwoBuildsAreTwoFiles() throws IOException {
    File first = extract(jar("one", "first"));
    File other = extract(jar("two", "other"));
    assertEquals("first", Files.readString(first.toPath(), US_ASCII));
    assertEquals("other", Files.readString(other.toPath(), US_ASCII));
    assertEquals("library.so", first.getName());
    assertEquals(first, extract(jar("three", "first")));
    assertArrayEquals(new String[] {"library.so"}, first.getParentFile().list());
  }

  @Test
  void aDamagedFileIsExtractedAnew() throws IOException {
    URL library = jar("one", "whole");
    File file = extract(library);
    Files.writeString(file.toPath(), "wh", US_ASCII);
    assertEquals(file, extract(library));
    assertEquals("whole", Files.readString(file.toPath(), US_ASCII));
  }

  @Test
  void aLibraryThatIsNotInAJarIsTakenByItsContent() throws IOException {
    Path library = Files.writeString(folder.resolve("library.so"), "first", US_ASCII);
    assertEquals(extract(jar("one", "first")), extract(library.toUri().toURL()));
  }

  private File extract(URL library) throws IOException {
    File file = ExtractedLibrary.of(library);
    extracted.add(file);
    return file;
  }

  /** Writes a jar with a library of a fixed date, as reproducible builds do. */
  private URL jar(String build, String content) throws IOException {
    Path jar = Files.createDirectory(folder.resolve(build)).resolve("library.jar");
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
