package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.graph.Metadata;
import org.qcnn.hygiene.CalibrationWarning;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/**
 * What {@code qcnn compress --report} writes: JSON for programs or HTML for people.
 *
 * @param warnings about the calibration images
 * @param compressed the file that was written
 */
record CompressionReportFile(
    CompressionSummary summary, List<CalibrationWarning> warnings, Path compressed) {

  /**
   * Checks, before the work is done, that a report can be written.
   *
   * @param file may be null: no report is wanted
   * @throws UsageException if its name ends neither in .json nor in .html
   */
  static void check(Path file) throws IOException {
    OutputFile.check(file);
    if (file != null && !isHtml(file) && !file.toString().endsWith(".json")) {
      throw new UsageException("the name of the report must end in .html or .json, not " + file);
    }
  }

  private static boolean isHtml(Path file) {
    return file.toString().endsWith(".html");
  }

  /**
   * Writes the report.
   *
   * @param disagreements of the two networks, if there were images to ask them about
   */
  void write(Path file, Optional<Disagreements> disagreements) throws IOException {
    Map<String, Object> content = summary.toJson();
    content.put("warnings", warnings);
    disagreements.ifPresent(found -> content.put("disagreements", found.toJson()));
    if (isHtml(file)) {
      content.put(
          "settings", settings(OnnxReader.read(compressed, ImportOptions.DEFAULT).metadata()));
      HtmlReport.write(file, content);
    } else {
      OutputFile.writeJson(file, content);
    }
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
