package org.qcnn.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.data.DataException;

class CheckpointFolderTest {
  private static final RunKey KEY = new RunKey(Map.of("seed", "1", "network", "a"));

  @TempDir Path folder;

  private Path place() {
    return folder.resolve("out.onnx.checkpoint");
  }

  @Test
  void resultsOutliveTheirWriter() throws IOException {
    CheckpointFolder.start(place(), KEY).inside("first").keep("layer-1", out -> out.write(7));
    CheckpointFolder found = CheckpointFolder.resume(place(), KEY);
    assertEquals(1, found.count());
    assertArrayEquals(new byte[] {7}, found.find("first-layer-1").orElseThrow());
    assertEquals(Optional.empty(), found.find("layer-1"));
  }

  @Test
  void anotherRunIsRefusedWithWhatDiffers() {
    CheckpointFolder.start(place(), KEY).keep("a", out -> out.write(7));
    RunKey other = new RunKey(Map.of("seed", "2", "network", "a"));
    DataException refused =
        assertThrows(DataException.class, () -> CheckpointFolder.resume(place(), other));
    assertTrue(refused.getMessage().contains("seed was 1 and is 2"), refused.getMessage());
    assertFalse(refused.getMessage().contains("network"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--resume"), refused.getMessage());
  }

  @Test
  void whoBeginsAnewReplacesWhatIsThere() throws IOException {
    CheckpointFolder.start(place(), KEY).keep("old", out -> out.write(7));
    CheckpointFolder anew = CheckpointFolder.start(place(), KEY);
    assertEquals(Optional.empty(), anew.find("old"));
    anew.keep("new", out -> out.write(8));
    assertEquals(Optional.empty(), anew.find("old"));
    assertEquals(1, CheckpointFolder.resume(place(), KEY).count());
  }

  @Test
  void nothingThereIsABeginning() throws IOException {
    CheckpointFolder found = CheckpointFolder.resume(place(), KEY);
    assertEquals(0, found.count());
    assertFalse(Files.exists(place()));
  }

  @Test
  void damageIsTold() throws IOException {
    CheckpointFolder written = CheckpointFolder.start(place(), KEY);
    written.keep("a", out -> out.write(new byte[100]));
    Path file = place().resolve("a.part");
    byte[] content = Files.readAllBytes(file);
    content[60] ^= 1;
    Files.write(file, content);
    assertTrue(
        assertThrows(DataException.class, () -> written.find("a"))
            .getMessage()
            .contains("a.part is damaged; delete it"));
    Files.write(file, new byte[3]);
    assertThrows(DataException.class, () -> written.find("a"));
    Files.writeString(place().resolve("run.txt"), "nonsense");
    assertTrue(
        assertThrows(DataException.class, () -> CheckpointFolder.resume(place(), KEY))
            .getMessage()
            .contains("run.txt is damaged"));
  }

  @Test
  void filesOfOthersStayWhenResultsAreDeleted() throws IOException {
    CheckpointFolder written = CheckpointFolder.start(place(), KEY);
    written.keep("a", out -> out.write(1));
    Files.writeString(place().resolve(".b.part.0000"), "left by a killed writer");
    Path other = Files.writeString(place().resolve("notes.txt"), "mine");
    written.delete();
    assertTrue(Files.exists(other));
    Files.delete(other);
    written.keep("a", out -> out.write(1));
    written.delete();
    assertFalse(Files.exists(place()));
  }

  @Test
  void aResultThatFailsToBeWrittenIsNotThere() {
    CheckpointFolder written = CheckpointFolder.start(place(), KEY);
    assertThrows(
        java.io.UncheckedIOException.class,
        () ->
            written.keep(
                "a",
                out -> {
                  out.write(1);
                  throw new IOException("disk full");
                }));
    assertEquals(Optional.empty(), written.find("a"));
  }
}
