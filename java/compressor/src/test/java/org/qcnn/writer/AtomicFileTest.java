package org.qcnn.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("model.onnx");
    AtomicFile.write(file, out -> out.write("first".getBytes(UTF_8)));
    AtomicFile.write(file, out -> out.write("second".getBytes(UTF_8)));
    assertEquals("second", Files.readString(file));
    assertEquals(List.of(file), content());
  }

  @Test
  void aWriteErrorLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "old");
    IOException error =
        assertThrows(
            IOException.class,
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals("cannot write " + file + ": No space left on device", error.getMessage());
    assertEquals("old", Files.readString(file));
    assertEquals(List.of(file), content());
  }

  @Test
  void anUncheckedExceptionLeavesNothing() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                folder.resolve("model.onnx"),
                out -> {
                  throw new IllegalStateException();
                }));
    assertEquals(List.of(), content());
  }

  @Test
  void namesAFolderThatIsNotThere() {
    Path file = folder.resolve("missing").resolve("model.onnx");
    IOException error =
        assertThrows(IOException.class, () -> AtomicFile.write(file, out -> out.write(1)));
    assertTrue(error.getMessage().startsWith("cannot write " + file), error.getMessage());
  }

  @Test
  void refusesAFolderAndWhatLiesBelowAFile() throws IOException {
    assertThrows(IOException.class, () -> AtomicFile.write(folder, out -> out.write(1)));
    // Unlike a read-only folder, this stops even the root user that some test machines run as.
    Path below = Files.createFile(folder.resolve("file")).resolve("model.onnx");
    assertThrows(IOException.class, () -> AtomicFile.write(below, out -> out.write(1)));
    assertEquals(List.of(folder.resolve("file")), content());
  }

  @Test
  void followsASymbolicLink() throws IOException {
    Path target = Files.writeString(folder.resolve("target"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target.getFileName());
    AtomicFile.write(link, out -> out.write("new".getBytes(UTF_8)));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
  }

  private List<Path> content() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }
}
