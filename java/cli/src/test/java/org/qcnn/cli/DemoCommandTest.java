package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;

  @Test
  void demoCompressesAndComparesWithFewPictures() throws IOException {
    CommandRun.of("demo", "--max-images", 100, "--keep", folder.resolve("kept"))
        .succeeds("/conv2/Conv", "this is:", "Ankle boot", "same top-1", "100 images", "kept: ");
    CommandRun.of("inspect", folder.resolve("kept/demo.onnx"))
        .succeeds("10 class names", "100 images of Fashion-MNIST");
  }

  @Test
  void demoRefusesUnknownPreset() {
    CommandRun.of("demo", "--preset", "gigantic").isRefused("gigantic");
  }

  /** In a process of its own: other tests here load OpenCV. */
  @Test
  void demoLoadsNoOpenCvAndLeavesNothingBehind() throws IOException, InterruptedException {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xlog:class+load",
                    "-Djava.io.tmpdir=" + temporary,
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName(),
                    "demo",
                    "--max-images",
                    "20"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(log, StandardCharsets.UTF_8);
    assertEquals(0, code, text);
    assertTrue(text.contains("org.qcnn.cli.Main"), "classes are logged");
    assertFalse(text.contains("opencv"), "OpenCV was loaded");
    try (var left = Files.list(temporary)) {
      assertEquals(List.of(), left.filter(path -> path.toString().contains("qcnn")).toList());
    }
  }
}
