package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.hygiene.CalibrationWarning;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/** What {@code qcnn compress --report} writes: JSON for programs or HTML for people. */
final class CompressionReportFile {
  private final Path file;

  private CompressionReportFile(Path file) {
    this.file = file;
  }

  /**
   * Returns the report, before anything is known.
   *
   * @param file may be null: no report is wanted
   * @throws UsageException if its name ends neither in .json nor in .html
   */
  static CompressionReportFile of(Path file) throws IOException {
    OutputFile.check(file);
    if (file != null && !isHtml(file) && !file.toString().endsWith(".json")) {
      throw new UsageException("the name of the report must end in .html or .json, not " + file);
    }
    return new CompressionReportFile(file);
  }

  private static boolean isHtml(Path file) {
    return file.toString().endsWith(".html");
  }

  /**
   * Writes it.
   *
   * @param warnings about the calibration images
   * @param original the network before
   * @param compressed the file that was written
   * @param images of calibration
   * @param threads to run both networks on
   */
  void write(
      CompressionSummary summary,
      List<CalibrationWarning> warnings,
      Graph original,
      Path compressed,
      ImageSource images,
      int threads)
      throws IOException {
    if (file == null) {
      return;
    }
    Map<String, Object> content = summary.toJson();
    content.put("warnings", warnings);
    if (!isHtml(file)) {
      OutputFile.writeJson(file, content);
      return;
    }
    Graph after = OnnxReader.read(compressed, ImportOptions.DEFAULT);
    String labels = after.metadata().get(Metadata.LABELS);
    List<String> names = labels == null ? List.of() : List.of(labels.split("\n", -1));
    content.put(
        "disagreements", Disagreements.of(original, after, images, names, threads).toJson());
    content.put("settings", settings(after.metadata()));
    HtmlReport.write(file, content);
  }

  /** Returns the provenance of the file, without what the table of layers says already. */
  private static Map<String, String> settings(Map<String, String> metadata) {
    Map<String, String> settings = new LinkedHashMap<>();
    metadata.keySet().stream()
        .filter(key -> key.startsWith(Metadata.PROVENANCE_PREFIX) && !key.endsWith("layers"))
        .sorted()
        .forEach(
            key ->
                settings.put(
                    key.substring(Metadata.PROVENANCE_PREFIX.length()).replace('_', ' '),
                    metadata.get(key)));
    return settings;
  }
}
