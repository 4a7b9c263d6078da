package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that work with a model that is already there. */
class UseCommandsTest {
  @TempDir Path folder;
  private TinyModel tiny;
  private Path json;

  @BeforeEach
  void writeModel() {
    tiny = new TinyModel(folder);
    json = folder.resolve("result.json");
  }

  private JsonObject json() throws IOException {
    return JsonParser.parseString(Files.readString(json)).getAsJsonObject();
  }

  @Test
  void classifyNamesTheLikeliestClasses() {
    CommandRun run =
        CommandRun.of(
                "classify",
                tiny.compressed(),
                tiny.image(0),
                tiny.image(1),
                "--top",
                2,
                "--threads",
                2)
            .succeeds("photo0.png", "photo1.png", " %  ");
    assertEquals(6, run.out().lines().count(), run.out());
  }

  @Test
  void classifyTellsWhatIsMissing() throws IOException {
    CommandRun.of("classify", tiny.network, tiny.image(0)).fails("does not say how images");
    CommandRun.of("classify", tiny.network, "--preprocessing", tiny.preprocessing, tiny.image(0))
        .succeeds("photo0.png", "cat", "dog", "hen");
    CommandRun.of("classify", tiny.compressed(), folder.resolve("none.png")).fails("none.png");
    Path broken = Files.write(folder.resolve("broken.png"), new byte[] {5, 6});
    CommandRun.of("classify", tiny.compressed(), broken).fails("broken.png");
    CommandRun.of("classify", tiny.compressed(), tiny.images).fails("photos is a folder");
    CommandRun.of("classify", tiny.network).isRefused("IMAGE");
    CommandRun.of("classify", tiny.network, tiny.image(0), "--top", 0).isRefused("--top");
  }

  @Test
  void evaluateShowsBothNetworksSideBySide() throws IOException {
    CommandRun.of(
            "evaluate",
            tiny.compressed(),
            "--images",
            tiny.images,
            "--labels",
            tiny.labels,
            "--reference",
            tiny.network,
            "--json",
            json,
            "--threads",
            2)
        .succeeds(
            "compressed", "original", "top-1", "same top-1", "6 images", "2 images at a time");
    JsonObject result = json();
    assertEquals(6, result.get("images").getAsInt());
    assertEquals(100, result.get("top5").getAsDouble());
    assertTrue(result.get("agreement").getAsDouble() >= 50);
    assertTrue(result.get("milliseconds_per_image").getAsDouble() > 0);
    assertEquals(100, result.getAsJsonObject("reference").get("top5").getAsDouble());
  }

  @Test
  void evaluateAgreesWithItself() throws IOException {
    CommandRun.of(
            "evaluate",
            tiny.network,
            "--images",
            tiny.images,
            "--reference",
            tiny.network,
            "--preprocessing",
            tiny.preprocessing,
            "--json",
            json,
            "--max-images",
            4)
        .succeeds("4 images", "The accuracy is not known");
    assertTrue(json().get("top1").isJsonNull());
    assertEquals(100, json().get("agreement").getAsDouble());
    assertEquals(0, json().get("response_error").getAsDouble());
  }

  @Test
  void evaluateRefusesLabelsThatDoNotFit() throws IOException {
    Path small = tiny.compressed();
    Files.writeString(tiny.labels, "photo0.png\tcat\n");
    CommandRun.of("evaluate", small, "--images", tiny.images, "--labels", tiny.labels)
        .fails("labels.tsv", "line 1", "cat");
    Files.writeString(tiny.labels, "photo0.png\t3\n");
    CommandRun.of("evaluate", small, "--images", tiny.image(0), "--labels", tiny.labels)
        .fails("photo0.png has the class 3", "0 to 2");
    CommandRun.of("evaluate", small, "--images", tiny.images, "--labels", tiny.labels)
        .fails("does not list the image");
    CommandRun.of("evaluate", small, "--images", tiny.images, "--reference-weights", "x")
        .isRefused("--reference");
    CommandRun.of("evaluate", small, "--images", tiny.images, "--reference", "x.prototxt")
        .isRefused("--reference-weights FILE.caffemodel");
    CommandRun.of("evaluate", small, "--images", tiny.images, "--json", folder.resolve("a/b"))
        .fails("there is no folder");
  }

  @Test
  void inspectShowsLayersAndOrigin() {
    CommandRun.of("inspect", tiny.compressed())
        .succeeds(
            "input   image  3x8x8",
            "4/16",
            "16x16x3x3",
            "3 class names",
            "channels: RGB",
            "source  network.onnx",
            "4 ");
    CommandRun.of("inspect", tiny.network).succeeds("dense", "labels   none");
  }

  @Test
  void decompressedNetworkAnswersTheSame() throws IOException {
    Path small = tiny.compressed();
    Path dense = folder.resolve("dense.onnx");
    CommandRun.of("decompress", small, "-o", dense).succeeds("decompressed");
    assertTrue(Files.size(dense) > Files.size(small));
    CommandRun inspection = CommandRun.of("inspect", dense).succeeds("dense", "3 class names");
    assertFalse(inspection.out().contains(" 4/16  "), inspection.out());
    CommandRun.of("evaluate", small, "--images", tiny.images, "--reference", dense, "--json", json)
        .succeeds();
    // Percent; measured with the 8-bit tables of its convolutions: 3.4.
    assertTrue(json().get("response_error").getAsDouble() < 5);
    CommandRun.of("decompress", tiny.network, "-o", dense).succeeds("no layer was compressed");
    CommandRun.of("decompress", small, "-o", folder.resolve("x/y.onnx")).fails("no folder");
  }

  @Test
  void benchmarkTimesAllInTurns() throws IOException {
    CommandRun.of(
            "benchmark",
            tiny.compressed(),
            "--reference",
            tiny.network,
            "--runs",
            3,
            "--batch",
            2,
            "--threads",
            2,
            "--json",
            json)
        .succeeds("OpenBLAS", "first", "second", "last", "threads: 2, batch: 2, runs: 3");
    JsonObject result = json();
    assertTrue(result.get("median_ms").getAsDouble() > 0);
    assertTrue(result.getAsJsonObject("reference").get("openblas_median_ms").getAsDouble() > 0);
    assertEquals(3, result.getAsJsonArray("layers").size());
    assertTrue(result.getAsJsonObject("memory").get("packed_bytes").getAsLong() > 0);
  }

  @Test
  void benchmarkNeedsNoReference() {
    CommandRun run = CommandRun.of("benchmark", tiny.network, "--runs", 1).succeeds("median");
    assertFalse(run.out().contains("OpenBLAS"), run.out());
    CommandRun.of("benchmark", tiny.network, "--threads", 0).isRefused("--threads");
    CommandRun.of("benchmark", tiny.network, "--runs", "many").isRefused("--runs", "many");
    CommandRun.of("benchmark", tiny.network, "--batch", 100_000_000).fails("smaller --batch");
  }

  @Test
  void zooListsAndWritesNetworks() {
    CommandRun.of("zoo", "--list").succeeds("alexnet", "resnet-18", "vgg-16");
    Path file = folder.resolve("resnet.onnx");
    CommandRun.of("zoo", "resnet-18", "-o", file).succeeds("3x224x224", "random weights");
    CommandRun.of("inspect", file).succeeds("qcnn zoo resnet-18");
    CommandRun.of("zoo", "resnet-19", "-o", file).isRefused("there is no network resnet-19");
    CommandRun.of("zoo", "resnet-18").isRefused("-o FILE.onnx");
    CommandRun.of("zoo", "resnet-18", "-o", folder.resolve("no/x.onnx")).fails("no folder");
  }
}
