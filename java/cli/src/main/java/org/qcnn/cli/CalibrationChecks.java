package org.qcnn.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.SampleCheck;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.hygiene.CalibrationWarning;
import org.qcnn.hygiene.ImageCheck;
import org.qcnn.image.Preprocessing;

/** What is said about calibration images before they are used. */
final class CalibrationChecks {
  private CalibrationChecks() {}

  /**
   * Looks at calibration images and says what is suspicious about them.
   *
   * @param preprocessing how they become the input; null if that is not known
   * @param settings that they are to serve
   * @return the same for the report
   */
  static List<CalibrationWarning> run(
      Graph graph,
      ImageSource images,
      Preprocessing preprocessing,
      CompressionSettings settings,
      PrintWriter err) {
    ImageCheck check = ImageCheck.of(images, preprocessing, graph.inputShape(), settings.threads());
    List<CalibrationWarning> warnings = new ArrayList<>(check.warnings());
    warnings.addAll(
        new SampleCheck(graph, settings).warnings(images.count(), check.distinct(images.count())));
    warnings.forEach(warning -> err.println("*** WARNING: " + warning.message() + "."));
    err.flush();
    return warnings;
  }
}
