package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.allocation.Allocator;
import org.qcnn.allocation.Goal;
import org.qcnn.checkpoint.CheckpointFolder;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.checkpoint.RunKey;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.writer.OnnxWriter;

/** An interrupted compression goes on and gives the bytes of one that was not interrupted. */
class ResumedCompressionTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  private static final ImageSource IMAGES =
      ImageSource.open("random:40", null, GRAPH.inputShape(), null);
  private static final CompressionSettings SETTINGS =
      CompressionSettings.DEFAULT.withLayers(
          Map.of(
              "conv2", new LayerSetting(4, 16),
              "conv3", new LayerSetting(5, 16, true),
              "grouped", new LayerSetting(2, 16, true),
              "fc1", new LayerSetting(4, 16)));
  private static final RunKey KEY = new RunKey(Map.of("test", "resume"));

  @TempDir Path folder;

  /** What a listener throws to interrupt. */
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Stops the work when it comes to a step. */
  private static CompressionProgress until(String stop) {
    return (done, total, step) -> {
      if (step.equals(stop)) {
        throw new Interruption();
      }
    };
  }

  private Path checkpoint() {
    return folder.resolve("out.onnx.checkpoint");
  }

  private static CompressedNetwork compress(
      CompressionSettings settings, CompressionProgress progress, Checkpoints checkpoints) {
    return Compressor.compress(GRAPH, IMAGES, settings, progress, checkpoints);
  }

  private byte[] bytes(CompressedNetwork network) throws IOException {
    Path file = folder.resolve("some.onnx");
    OnnxWriter.write(network.graph(), file);
    return Files.readAllBytes(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8", "16"})
  void everyInterruptionLeadsToTheSameBytes(String tables) throws IOException {
    CompressionSettings settings = SETTINGS.withTables(TableWidth.named(tables));
    CompressedNetwork expected = compress(settings, CompressionProgress.NONE, Checkpoints.NONE);
    CheckpointFolder folders = CheckpointFolder.start(checkpoint(), KEY);
    int finished = 0;
    for (String step : List.of("add", "conv3", "pool", "fc2", "done")) {
      CheckpointFolder before = folders;
      assertThrows(Interruption.class, () -> compress(settings, until(step), before));
      folders = CheckpointFolder.resume(checkpoint(), KEY);
      assertTrue(folders.count() >= finished, step);
      finished = folders.count();
    }
    assertEquals(5, finished, "conv2, conv3, grouped, fc1, fc2");
    // Nothing is left to do, so that no image is read.
    CompressedNetwork resumed = compress(settings, until("reading images"), folders);
    assertArrayEquals(bytes(expected), bytes(resumed));
    assertEquals(expected.report().layers(), resumed.report().layers());
    folders.delete();
    assertFalse(Files.exists(checkpoint()));
  }

  @Test
  void theChoiceOfTablesIsTheSame() throws IOException {
    CheckpointFolder folders = CheckpointFolder.start(checkpoint(), KEY);
    assertThrows(Interruption.class, () -> compress(SETTINGS, until("fc1"), folders));
    CompressedNetwork resumed =
        compress(SETTINGS, CompressionProgress.NONE, CheckpointFolder.resume(checkpoint(), KEY));
    CompressedNetwork expected = compress(SETTINGS, CompressionProgress.NONE, Checkpoints.NONE);
    assertEquals(expected.report().tables(), resumed.report().tables());
    assertArrayEquals(bytes(expected), bytes(resumed));
  }

  @Test
  void otherSettingsDoNotMeetTheSameLayers() throws IOException {
    CheckpointFolder folders = CheckpointFolder.start(checkpoint(), KEY);
    compress(SETTINGS, CompressionProgress.NONE, folders);
    CompressionSettings other = SETTINGS.withSeed(7);
    assertArrayEquals(
        bytes(compress(other, CompressionProgress.NONE, Checkpoints.NONE)),
        bytes(compress(other, CompressionProgress.NONE, folders)));
  }

  @Test
  void searchForASizeGoesOn() throws IOException {
    List<String> steps = new ArrayList<>();
    Allocator.Result expected = allocate((done, total, step) -> steps.add(step), Checkpoints.NONE);
    assertTrue(steps.contains("trying fc1") && steps.contains("weighing fc1"), steps.toString());
    CheckpointFolder folders = CheckpointFolder.start(checkpoint(), KEY);
    for (String step : List.of("trying fc1", "weighing fc1", "fc1", "done")) {
      CheckpointFolder before = folders;
      assertThrows(Interruption.class, () -> allocate(until(step), before), step);
      folders = CheckpointFolder.resume(checkpoint(), KEY);
    }
    Allocator.Result resumed = allocate(CompressionProgress.NONE, folders);
    assertEquals(expected.report().walked(), resumed.report().walked());
    assertArrayEquals(bytes(expected.network()), bytes(resumed.network()));
  }

  private static Allocator.Result allocate(CompressionProgress progress, Checkpoints checkpoints) {
    return Allocator.compress(
        GRAPH,
        IMAGES,
        CompressionSettings.DEFAULT,
        new Goal(Goal.Kind.BYTES, 30_000),
        4000,
        (images, settings, heard) ->
            Compressor.compress(GRAPH, images, settings, heard, checkpoints),
        progress,
        checkpoints);
  }

  @Test
  void progressNeverGoesBackAndEndsWhole() {
    List<Integer> seen = new ArrayList<>(List.of(0));
    compress(
        SETTINGS,
        (done, total, step) -> {
          assertEquals(WorkShares.WHOLE, total);
          assertTrue(done >= seen.get(seen.size() - 1), step);
          seen.add(done);
        },
        Checkpoints.NONE);
    assertEquals(WorkShares.WHOLE, seen.get(seen.size() - 1));
  }
}
