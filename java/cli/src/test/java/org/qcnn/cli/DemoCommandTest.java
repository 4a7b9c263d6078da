package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
    int code = start("-Xlog:class+load", "20").waitFor();
    String text = log();
    assertEquals(0, code, text);
    assertTrue(text.contains("org.qcnn.cli.Main"), "classes are logged");
    assertFalse(text.contains("opencv"), "OpenCV was loaded");
    assertEquals(List.of(), leftBehind());
  }

  @Test
  void interruptedDemoLeavesNothingBehind() throws IOException, InterruptedException {
    Process process = start("-Xshare:auto", "1000");
    while (process.isAlive() && !log().contains("compress a network")) {
      Thread.sleep(20);
    }
    // Compressing has begun, and takes some seconds.
    process.waitFor(500, TimeUnit.MILLISECONDS);
    process.destroy();
    process.waitFor();
    assertEquals(List.of(), leftBehind());
    assertFalse(log().contains("Exception"), log());
  }

  private Process start(String javaOption, String images) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                javaOption,
                "-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "demo",
                "--max-images",
                images))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
  }

  private List<Path> leftBehind() throws IOException {
    try (var left = Files.list(folder.resolve("tmp"))) {
      return left.filter(path -> path.toString().contains("qcnn")).toList();
    }
  }
}
