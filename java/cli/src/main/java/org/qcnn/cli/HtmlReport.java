package org.qcnn.cli;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.qcnn.writer.AtomicFile;

/**
 * The report of a compression as one page that needs nothing else, not even a network: the data,
 * the program that draws it and Chart.js are all in the file.
 */
final class HtmlReport {
  private static final String TEMPLATE = "/org/qcnn/cli/report.html";
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private HtmlReport() {}

  /**
   * Writes the page.
   *
   * @param content what {@link CompressionSummary#toJson} gives, and more
   */
  static void write(Path file, Map<String, Object> content) throws IOException {
    // No text of the data can end the script that it stands in.
    String data = new GsonBuilder().serializeNulls().create().toJson(content).replace("</", "<\\/");
    String page =
        resource(TEMPLATE).replace("/*CHARTS*/", resource(CHARTS)).replace("/*DATA*/", data);
    AtomicFile.write(file, out -> out.write(page.getBytes(StandardCharsets.UTF_8)));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the qcnn command");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
