package org.qcnn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsFileTest {
  @TempDir Path directory;

  @Test
  void namesStandOneALine() throws IOException {
    assertEquals(List.of("cat", "crème"), LabelsFile.read(write("\uFEFFcat\r\ncrème\r\n\r\n")));
  }

  @Test
  void emptyNamesAndFilesAreRefused() throws IOException {
    assertRefused(write("cat\n\ndog\n"), "line 2");
    assertRefused(write("\n\n"), "no class names");
    assertRefused(directory.resolve("none"), "no such file");
    Path binary = directory.resolve("binary");
    Files.write(binary, new byte[] {'a', (byte) 0xff});
    assertRefused(binary, "UTF-8");
    assertRefused(directory, directory.toString());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("labels.txt"), text);
  }

  private static void assertRefused(Path file, String part) {
    String message = assertThrows(DataException.class, () -> LabelsFile.read(file)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
