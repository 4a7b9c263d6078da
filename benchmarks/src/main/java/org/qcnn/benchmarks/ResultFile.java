package org.qcnn.benchmarks;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.qcnn.writer.AtomicFile;

/** Results as JSON. */
final class ResultFile {
  private ResultFile() {}

  /** Writes records, maps and lists; {@code medianMs} becomes {@code median_ms}. */
  static void write(Path file, Object content) throws IOException {
    String text =
        new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create()
            .toJson(content);
    AtomicFile.write(file, out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }
}
