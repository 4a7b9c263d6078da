package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.engine.Tuning;
import org.qcnn.graph.Metadata;
import org.qcnn.kernel.KernelSet;

class CompressCommandTest {
  @TempDir Path folder;
  private TinyModel tiny;
  private Path output;

  @BeforeEach
  void writeModel() {
    tiny = new TinyModel(folder);
    output = folder.resolve("out.onnx");
  }

  private CommandRun compress(Object... more) {
    Object[] arguments = new Object[more.length + 8];
    Object[] fixed = {
      "compress",
      tiny.network,
      "--calibration",
      tiny.images,
      "--preprocessing",
      tiny.preprocessing,
      "-o",
      output
    };
    System.arraycopy(fixed, 0, arguments, 0, fixed.length);
    System.arraycopy(more, 0, arguments, fixed.length, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void tellsWhatBecameOfEachLayerAndWritesItAll() throws IOException {
    Path report = folder.resolve("report.json");
    compress("--layer", "second=4:16", "--keep-dense", "last", "--report", report)
        .succeeds("first", "second", "4/16", "dense", "smaller", "out.onnx");
    Map<String, String> metadata = ModelFile.of(output).read().metadata();
    assertEquals("cat\ndog\nhen", metadata.get(Metadata.LABELS));
    assertTrue(metadata.get(Metadata.PREPROCESSING).contains("RGB"));
    assertEquals("6", metadata.get(Metadata.PROVENANCE_PREFIX + "calibration_images"));
    assertEquals("network.onnx", metadata.get(Metadata.PROVENANCE_PREFIX + "source"));
    assertEquals(64, metadata.get(Metadata.PROVENANCE_PREFIX + "source_sha256").length());
    JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
    assertEquals(3, json.getAsJsonArray("layers").size());
    assertEquals(Files.size(output), json.get("file_bytes").getAsLong());
  }

  @Test
  void theReportMayBeAPage() throws IOException {
    Path page = folder.resolve("report.html");
    compress("--layer", "second=4:16", "--report", page).succeeds("smaller");
    String html = Files.readString(page);
    for (String part :
        new String[] {
          "Chart.js", "\"name\":\"second\"", "\"disagreements\"", "\"source\":\"network.onnx\""
        }) {
      assertTrue(html.contains(part), "the page lacks " + part);
    }
    assertFalse(html.contains("/*DATA*/") || html.contains("/*CHARTS*/"));
    compress("--report", folder.resolve("report.txt")).isRefused(".html or .json");
  }

  @Test
  void goalsChooseTheSettings() throws IOException {
    Path report = folder.resolve("report.json");
    compress("--preset", "fine", "--target-size", "1/3").isRefused("not both");
    compress("--target-size", "3").isRefused("1/20");
    compress("--target-bytes", "9G").isRefused("5M");
    compress("--max-loss", "-1").isRefused("positive");
    compress("--target-size", "1/3", "--report", report).fails("at least 20 images");
    CommandRun.of(
            "compress",
            tiny.network,
            "--calibration",
            "random:24",
            "--target-bytes",
            "12k",
            "--report",
            report,
            "-o",
            output)
        .succeeds("tried", "chosen", "points lost");
    assertTrue(Files.size(output) <= 12_000, Files.size(output) + " bytes");
    Map<String, String> metadata = ModelFile.of(output).read().metadata();
    assertEquals("at most 12000 bytes", metadata.get(Metadata.PROVENANCE_PREFIX + "goal"));
    assertNull(metadata.get(Metadata.PROVENANCE_PREFIX + "preset"));
    JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
    assertEquals(10, json.getAsJsonObject("allocation").get("heldOut").getAsInt());
  }

  @Test
  void tuningStaysInTheFileUntilItIsDecompressed() throws IOException {
    Path report = folder.resolve("report.json");
    compress("--layer", "first=3:8", "--layer", "second=4:16", "--tune", "--report", report)
        .succeeds("fastest", "lookup ms", "dense ms");
    Tuning tuning = Tuning.of(ModelFile.of(output).read());
    assertEquals(KernelSet.best().description(), tuning.kernels());
    assertEquals(Set.of("first", "second"), tuning.layers().keySet());
    JsonObject json =
        JsonParser.parseString(Files.readString(report))
            .getAsJsonObject()
            .getAsJsonObject("tuning");
    assertEquals(2, json.getAsJsonArray("layers").size());
    CommandRun.of("inspect", output).succeeds("tuning", "runs", "chosen for");
    Path dense = folder.resolve("dense.onnx");
    CommandRun.of("decompress", output, "-o", dense).succeeds();
    assertNull(Tuning.of(ModelFile.of(dense).read()));
  }

  @Test
  void fineTuningIsToldInReportAndFile() throws IOException {
    compress("--layer", "second=4:16", "--fine-tune", 2).fails("at least 20 images", "--fine-tune");
    Path report = folder.resolve("report.json");
    CommandRun.of(
            "compress",
            tiny.network,
            "--calibration",
            "random:40",
            "--layer",
            "second=4:16",
            "--fine-tune",
            2,
            "--report",
            report,
            "-o",
            output)
        .succeeds("fine-tuning  2 epochs of 30 images", "on 10 other images the loss went from");
    JsonObject json =
        JsonParser.parseString(Files.readString(report))
            .getAsJsonObject()
            .getAsJsonObject("fine_tuning");
    assertEquals(2, json.get("epochs").getAsInt());
    assertTrue(json.get("loss_after").getAsDouble() <= json.get("loss_before").getAsDouble());
    String provenance =
        ModelFile.of(output).read().metadata().get(Metadata.PROVENANCE_PREFIX + "fine_tuning");
    assertTrue(provenance.startsWith("2 epochs of 30 images"), provenance);
    compress("--fine-tune", "many").isRefused("--fine-tune");
  }

  @Test
  void sameSeedGivesSameFile() throws IOException {
    compress("--layer", "second=4:16", "--threads", 1).succeeds();
    byte[] first = Files.readAllBytes(output);
    compress("--layer", "second=4:16", "--threads", 2).succeeds();
    assertArrayEquals(first, Files.readAllBytes(output));
  }

  @Test
  void takesAtMostSomeImagesEvenlySpaced() {
    compress("--max-images", 2).succeeds("2 evenly spaced of 6 images");
  }

  @Test
  void warnsOfRandomImages() {
    CommandRun run =
        CommandRun.of(
            "compress",
            tiny.network,
            "--calibration",
            "random:3",
            "--layer",
            "second=4:16",
            "-o",
            output);
    run.succeeds("3 random images", "add --preprocessing");
    assertTrue(run.err().contains("ACCURACY WILL BE MEANINGLESS"), run.err());
  }

  @Test
  void fewImagesAreWarnedOfAndReported() throws IOException {
    Path report = folder.resolve("report.json");
    CommandRun run = compress("--layer", "last=4:2", "--report", report).succeeds();
    assertTrue(run.err().contains("*** WARNING: 6 different images are too few"), run.err());
    JsonObject json = JsonParser.parseString(Files.readString(report)).getAsJsonObject();
    assertTrue(json.getAsJsonArray("warnings").toString().contains("\"kind\":\"samples\""));
  }

  @Test
  void saysWhatPreprocessingToWriteAndMentionsFileBesideModel() throws IOException {
    CommandRun missing =
        CommandRun.of("compress", tiny.network, "--calibration", tiny.images, "-o", output)
            .fails("network.onnx does not say how images become its input", "\"channels\"");
    assertFalse(missing.err().contains("belongs to this model"));
    Files.copy(tiny.preprocessing, folder.resolve("preprocessing.json"));
    CommandRun.of("compress", tiny.network, "--calibration", tiny.images, "-o", output)
        .fails("--preprocessing " + folder.resolve("preprocessing.json"));
    assertFalse(Files.exists(output));
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    compress("--preset", "huge").isRefused("--preset", "there is no preset 'huge'", "balanced");
    compress("--threads", 0).isRefused("--threads", "'0' is not a whole number from 1 on");
    compress("--max-images", "-3").isRefused("--max-images");
    compress("--layer", "second=4").isRefused("--layer", "8:128");
    compress("--layer", "second=4:1000").isRefused("K must be 2 to 256");
    compress("--input-shape", "3x0x2").isRefused("3x224x224");
    compress("--calibrate").isRefused("--calibrate");
    CommandRun.of("compress", tiny.network).isRefused("--output");
  }

  @Test
  void unknownLayerIsNamedWithThoseThereAre() {
    compress("--layer", "third=4:16").fails("third", "first, second, last");
    compress("--keep-dense", "fourth").fails("fourth");
    compress("--keep-dense", "last", "--layer", "last=2:8").fails("last", "name it only once");
    assertFalse(Files.exists(output));
  }

  @Test
  void labelsMustFitTheNetwork() throws IOException {
    Path labels = Files.writeString(folder.resolve("two.txt"), "cat\ndog\n");
    compress("--labels", labels).fails("two.txt names 2 classes, the network has 3");
    compress("--labels", folder.resolve("none.txt")).fails("none.txt: there is no such file");
  }

  @Test
  void preprocessingMustFitTheNetwork() throws IOException {
    Files.writeString(tiny.preprocessing, "{\"channels\": \"grey\"}");
    compress().fails("settings.json", "1 channels", "3x8x8");
    Files.writeString(tiny.preprocessing, "{\"chanels\": \"grey\"}");
    compress().fails("settings.json", "chanels");
  }

  @Test
  void outputIsCheckedBeforeTheWork() throws IOException {
    output = folder.resolve("missing/out.onnx");
    compress().fails("cannot write", "there is no folder");
    output = Files.createDirectory(folder.resolve("folder.onnx"));
    compress().fails("it is a folder");
    output = folder.resolve("out.tflite");
    compress().isRefused("must end in .onnx");
  }

  @Test
  void noFileOfTheCommandIsOverwritten() throws IOException {
    byte[] before = Files.readAllBytes(tiny.network);
    output = tiny.network;
    compress().isRefused("network.onnx would overwrite");
    output = folder.resolve("out.onnx");
    compress("--report", output).isRefused("out.onnx would overwrite");
    compress("--report", tiny.network).isRefused("network.onnx would overwrite");
    CommandRun.of("decompress", tiny.network, "-o", folder.resolve("photos/../network.onnx"))
        .isRefused("would overwrite");
    CommandRun.of("benchmark", tiny.network, "--json", tiny.network).isRefused("would overwrite");
    assertArrayEquals(before, Files.readAllBytes(tiny.network));
  }

  @Test
  void brokenPreprocessingIsToldInWords() throws IOException {
    Files.writeString(tiny.preprocessing, "{\"channels\": ");
    CommandRun run = compress().fails("settings.json is no JSON object");
    assertFalse(run.err().contains("java."), run.err());
  }

  @Test
  void imagesMustBeReadable() throws IOException {
    Files.write(tiny.image(2), new byte[] {1, 2, 3});
    compress().fails("photo2.png");
    assertFalse(Files.exists(output));
    CommandRun.of(
            "compress",
            tiny.network,
            "--calibration",
            folder.resolve("nowhere"),
            "--preprocessing",
            tiny.preprocessing,
            "-o",
            output)
        .fails("nowhere: there is no such file or directory");
  }
}
