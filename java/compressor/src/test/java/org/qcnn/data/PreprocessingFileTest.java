package org.qcnn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;

class PreprocessingFileTest {
  @TempDir Path directory;

  @Test
  void resNet34CropsTheCentre() {
    Path file = SharedData.find("resnet34/preprocessing.json");
    assertEquals(
        Preprocessing.of(ChannelOrder.RGB)
            .withShorterSide(256)
            .withCrop(227, 227)
            .withMean(122.782f, 117.001f, 104.298f)
            .withScale(1 / 256f),
        PreprocessingFile.read(file));
    assertEquals(Optional.of(file.resolveSibling("labels.txt")), PreprocessingFile.labels(file));
    assertEquals(1000, LabelsFile.read(file.resolveSibling("labels.txt")).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "resnet44"})
  void theCifarNetworksDivideFirst(String network) {
    Preprocessing read =
        PreprocessingFile.read(SharedData.find("cifar10/" + network + ".preprocessing.json"));
    assertEquals(0.485f * 255, read.mean()[0], 1e-4);
    assertEquals(1 / (0.225f * 255), read.scale()[2], 1e-8);
    assertEquals(32, read.cropHeight());
  }

  @Test
  void leNetOnlyScales() {
    Preprocessing read = PreprocessingFile.read(SharedData.find("lenet/preprocessing.json"));
    assertEquals(ChannelOrder.GREY, read.channels());
    assertArrayEquals(new float[] {0.00390625f}, read.scale());
  }

  /** At mean 3, std 2, divide_by 4, scale 5 a pixel of 8 becomes the last number. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                                              | 8",
        "'\"scale\": 5'                                                  | 40",
        "'\"divide_by\": 4'                                              | 2",
        "'\"mean\": [3]'                                                 | 5",
        "'\"mean\": 3, \"std\": 2'                                       | 2.5",
        "'\"mean\": 3, \"scale\": 5'                                     | 25",
        "'\"mean\": 3, \"std\": 2, \"divide_by\": 4'                     | -0.5",
        "'\"formula\": \"x / 4\"'                                        | 2",
        "'\"formula\": \"x * 5e0\", \"scale\": 5'                        | 40",
        "'\"mean\": 3, \"formula\": \"(x - mean[c]) / 4\"'               | 1.25",
        "'\"mean\": 3, \"std\": 2, \"formula\": \"(x/4 - mean[c]) / std[c]\"' | -0.5",
      })
  void everyFormulaIsUnderstood(String keys, float expected) throws IOException {
    Preprocessing read = PreprocessingFile.read(write("\"channels\": \"gray\"", keys));
    assertEquals(expected, (8 - read.mean()[0]) * read.scale()[0], 1e-6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "colour   | '\"channels\": \"RGB\", \"colour\": 1'",
        "channels | '\"scale\": 1'",
        "channels | '\"channels\": \"YUV\"'",
        "channels | '\"channels\": 3'",
        "layout   | '\"channels\": \"RGB\", \"layout\": \"NHWC\"'",
        "pixel_range | '\"channels\": \"RGB\", \"pixel_range\": [0, 1]'",
        "mean     | '\"channels\": \"RGB\", \"mean\": [1, 2]'",
        "mean     | '\"channels\": \"RGB\", \"mean\": \"high\"'",
        "mean     | '\"channels\": \"RGB\", \"mean\": [1, null, 3]'",
        "mean     | '\"channels\": \"RGB\", \"mean\": []'",
        "mean     | '\"channels\": \"RGB\", \"mean\": 1, \"formula\": \"x * 2\"'",
        "std      | '\"channels\": \"RGB\", \"mean\": 1, \"std\": 0'",
        "std      | '\"channels\": \"RGB\", \"mean\": 1, \"formula\": \"(x - mean[c]) / std[c]\"'",
        "scale    | '\"channels\": \"RGB\", \"scale\": 2, \"formula\": \"x * 3\"'",
        "scale    | '\"channels\": \"RGB\", \"scale\": 1e999'",
        "divide_by | '\"channels\": \"RGB\", \"divide_by\": 255, \"formula\": \"x / 256\"'",
        "formula  | '\"channels\": \"RGB\", \"mean\": 1, \"divide_by\": 2'",
        "formula  | '\"channels\": \"RGB\", \"formula\": \"sin(x)\"'",
        "formula  | '\"channels\": \"RGB\", \"formula\": \"x / 2 / 3\"'",
        "formula  | '\"channels\": \"RGB\", \"formula\": {}'",
        "shape    | '\"channels\": \"RGB\", \"shape\": [1, 1, 28, 28]'",
        "shape    | '\"channels\": \"RGB\", \"shape\": [28, 28]'",
        "shape    | '\"channels\": \"RGB\", \"shape\": [1, 3, {}, 28]'",
        "centre_crop | '\"channels\": \"RGB\", \"centre_crop\": 5, \"shape\": [1, 3, 6, 6]'",
        "centre_crop | '\"channels\": \"RGB\", \"centre_crop\": 5.5'",
        "centre_crop | '\"channels\": \"RGB\", \"centre_crop\": null'",
        "resize_shorter_side | '\"channels\": \"RGB\", \"resize_shorter_side\": -1'",
      })
  void theWrongKeyIsNamed(String key, String keys) throws IOException {
    Path file = write(keys, "");
    String message =
        assertThrows(DataException.class, () -> PreprocessingFile.read(file)).getMessage();
    assertTrue(message.startsWith(file + ": \"" + key + "\""), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "\u0000", "{\"channels\": \"RGB\"} trailing", "null", "7"})
  void whatIsNoJsonObjectIsRefused(String content) throws IOException {
    Path file = directory.resolve("wrong.json");
    Files.writeString(file, content);
    String message =
        assertThrows(DataException.class, () -> PreprocessingFile.read(file)).getMessage();
    assertTrue(message.contains("wrong.json"), message);
  }

  @Test
  void deeplyNestedJsonIsRefused() throws IOException {
    Path file = directory.resolve("deep.json");
    Files.writeString(file, "[".repeat(1_000_000));
    assertThrows(DataException.class, () -> PreprocessingFile.read(file));
    Files.writeString(file, "{\"comment\": " + "[".repeat(200_000) + "]".repeat(200_000) + "}");
    assertThrows(DataException.class, () -> PreprocessingFile.read(file));
  }

  private Path write(String first, String second) throws IOException {
    Path file = directory.resolve("preprocessing.json");
    Files.writeString(file, "{" + first + (second.isEmpty() ? "" : ", " + second) + "}");
    return file;
  }
}
