package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code qcnn compress --resume}. */
class ResumeTest {
  @TempDir Path folder;
  private TinyModel tiny;
  private Path output;

  @BeforeEach
  void writeModel() {
    tiny = new TinyModel(folder);
    output = folder.resolve("out.onnx");
  }

  private List<Object> arguments(Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "compress",
                tiny.network,
                "--calibration",
                "random:3000",
                "--max-images",
                3000,
                "--layer",
                "first=3:16",
                "--layer",
                "second=4:16",
                "--tables",
                16,
                "-o",
                output));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private CommandRun compress(Object... more) {
    return CommandRun.of(arguments(more).toArray());
  }

  /** Runs the command in a process of its own and kills it when the first layer is finished. */
  private void compressUntilKilled() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    arguments().forEach(argument -> command.add(argument.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    while (finished() == 0 && process.isAlive()) {
      Thread.sleep(1);
    }
    process.destroyForcibly().waitFor();
    assertFalse(Files.exists(output), "it was too fast");
  }

  private long finished() throws IOException {
    Path checkpoints = CompressionCheckpoints.folder(output);
    if (!Files.exists(checkpoints)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.filter(file -> file.toString().endsWith(".part")).count();
    }
  }

  @Test
  void whatWasKilledGoesOnToTheSameBytes() throws Exception {
    compress().succeeds();
    byte[] expected = Files.readAllBytes(output);
    Files.delete(output);
    compressUntilKilled();
    assertTrue(finished() > 0);
    compress("--resume", "--seed", 2)
        .fails("belongs to another run", "setting seed was 1 and is 2");
    CommandRun run = compress("--resume").succeeds();
    assertTrue(run.err().contains("resuming with "), run.err());
    assertArrayEquals(expected, Files.readAllBytes(output));
    assertFalse(Files.exists(CompressionCheckpoints.folder(output)));
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    compress("--resume").succeeds();
    byte[] first = Files.readAllBytes(output);
    assertFalse(Files.exists(CompressionCheckpoints.folder(output)));
    compress().succeeds();
    assertArrayEquals(first, Files.readAllBytes(output));
    assertFalse(Files.exists(CompressionCheckpoints.folder(output)));
  }

  @Test
  void saysThatThereIsNothingToResume() {
    assertTrue(
        compress("--resume").succeeds().err().contains("starting from the beginning"), "beginning");
  }
}
