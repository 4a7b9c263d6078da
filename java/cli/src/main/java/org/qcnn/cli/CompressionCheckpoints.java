package org.qcnn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.qcnn.allocation.Goal;
import org.qcnn.checkpoint.CheckpointFolder;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.checkpoint.RunKey;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.SettingsText;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;

/** The checkpoints of {@code qcnn compress}: a folder beside the output, gone when that is done. */
final class CompressionCheckpoints {
  // What the files hold and what they are called; another number, and older ones are refused.
  private static final String FORMAT = "1";

  private CompressionCheckpoints() {}

  /** Returns the folder that belongs to an output. */
  static Path folder(Path output) {
    return output.resolveSibling(output.getFileName() + ".checkpoint");
  }

  /**
   * Opens the checkpoints of a compression.
   *
   * @param resume whether to go on where an interrupted one has stopped
   * @param err is told how much of the work is done already
   * @throws org.qcnn.data.DataException if they are those of another compression
   */
  static CheckpointFolder open(
      Path output,
      boolean resume,
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      Optional<Goal> goal,
      PrintWriter err)
      throws IOException {
    RunKey key = key(graph, images, settings, goal);
    Path folder = folder(output);
    if (!resume) {
      return CheckpointFolder.start(folder, key);
    }
    CheckpointFolder found = CheckpointFolder.resume(folder, key);
    err.println(
        found.count() == 0
            ? "nothing was finished in " + folder + "; starting from the beginning"
            : "resuming with " + found.count() + " finished results of " + folder);
    err.flush();
    return found;
  }

  private static RunKey key(
      Graph graph, ImageSource images, CompressionSettings settings, Optional<Goal> goal) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("checkpoint format", FORMAT);
    parts.put("qcnn", Main.version());
    parts.put("network", ContentDigest.of(graph));
    parts.put("calibration", images.description());
    parts.put("calibration images", Integer.toString(images.count()));
    parts.put("image contents", ContentDigest.of(images, graph.inputShape().count()));
    parts.put("goal", goal.map(Object::toString).orElse("none"));
    SettingsText.of(settings).forEach((name, value) -> parts.put("setting " + name, value));
    return new RunKey(parts);
  }
}
