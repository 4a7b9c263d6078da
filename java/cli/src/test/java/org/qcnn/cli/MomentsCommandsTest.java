package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.graph.Metadata;

/** {@code qcnn calibrate}, {@code qcnn merge} and {@code qcnn compress --moments}. */
class MomentsCommandsTest {
  @TempDir Path folder;
  private TinyModel tiny;

  @BeforeEach
  void writeModel() throws IOException {
    tiny = new TinyModel(folder);
    // Enough for several blocks.
    for (int i = TinyModel.IMAGES; i < 40; i++) {
      Files.copy(tiny.image(i % TinyModel.IMAGES), tiny.image(i));
    }
  }

  private CommandRun calibrate(Path output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "calibrate",
                tiny.network,
                "--calibration",
                tiny.images,
                "--preprocessing",
                tiny.preprocessing,
                "-o",
                output));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void shardsAreMergedAndTrainedFrom() throws IOException {
    Path whole = folder.resolve("whole.moments");
    Path first = folder.resolve("1.moments");
    Path second = folder.resolve("2.moments");
    Path merged = folder.resolve("merged.moments");
    Path output = folder.resolve("out.onnx");
    CommandRun run = calibrate(whole).succeeds("layers       3, 3 of 3 blocks");
    assertTrue(run.err().contains("34 of 40 images looked at are copies"), run.err());
    calibrate(first, "--shard", "1/2").succeeds("1 of 3 blocks", "merge");
    calibrate(second, "--shard", "2/2", "--threads", 1).succeeds("2 of 3 blocks");
    CommandRun.of("merge", second, first, "-o", merged).succeeds("3 of 3 blocks");
    assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(merged));
    CommandRun.of("compress", tiny.network, "--moments", first, "-o", output)
        .fails("1 of 3 blocks of images only", "qcnn merge");
    assertFalse(Files.exists(output));
    CommandRun.of(
            "compress", tiny.network, "--moments", merged, "--layer", "second=4:16", "-o", output)
        .succeeds("4/16", "moments of 40 images, without error correction");
    assertTrue(ModelFile.of(output).read().metadata().get(Metadata.PREPROCESSING).contains("RGB"));
    CommandRun.of("inspect", output).succeeds("moments of 40 images");
  }

  @Test
  void whatDoesNotFitIsRefused() throws IOException {
    Path part = folder.resolve("1.moments");
    Path output = folder.resolve("out.onnx");
    calibrate(part, "--shard", "1/2").succeeds();
    calibrate(part, "--shard", "3/2").isRefused("--shard 3/2", "1/4");
    calibrate(tiny.network).isRefused("would overwrite");
    CommandRun.of("merge", part, part, "-o", output).fails("both hold images 0 to 15");
    CommandRun.of("merge", part, "-o", part).isRefused("would overwrite");
    CommandRun.of("merge", tiny.network, "-o", output).fails("network.onnx holds no moments");
    CommandRun.of("compress", tiny.network, "-o", output).isRefused("--calibration", "--moments");
    CommandRun.of("compress", tiny.network, "--moments", part, "--resume", "-o", output)
        .isRefused("--resume");
    CommandRun.of("compress", tiny.network, "--moments", part, "--target-size", "1/8", "-o", output)
        .isRefused("--calibration");
    CommandRun.of("compress", tiny.network, "--moments", part, "--tables", 8, "-o", output)
        .fails("1 of 3 blocks");
  }
}
