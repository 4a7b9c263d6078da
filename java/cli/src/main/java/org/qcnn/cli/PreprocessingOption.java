package org.qcnn.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.qcnn.data.DataException;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Preprocessing;
import picocli.CommandLine.Option;

/** How images become the input of a network: from a file if one is named, else from the model. */
final class PreprocessingOption {
  @Option(
      names = "--preprocessing",
      paramLabel = "FILE.json",
      description = {
        "How images become the network's input, if the model itself does not say it. For example:",
        "{\"channels\": \"RGB\", \"resize_shorter_side\": 256, \"centre_crop\": 224,",
        " \"mean\": [0.485, 0.456, 0.406], \"std\": [0.229, 0.224, 0.225],",
        " \"formula\": \"(x / 255 - mean[c]) / std[c]\", \"labels\": \"labels.txt\"}"
      })
  private Path file;

  /** Returns the preprocessing, or null if neither the file nor the model says it. */
  private Preprocessing find(Graph graph) {
    String text = graph.metadata().get(Metadata.PREPROCESSING);
    if (file == null && text == null) {
      return null;
    }
    try {
      Preprocessing found = file == null ? Preprocessing.parse(text) : PreprocessingFile.read(file);
      return found.forInput(graph.inputShape());
    } catch (IllegalArgumentException misfit) {
      String origin = file == null ? "the model's metadata" : file.toString();
      throw new DataException(origin + ": " + misfit.getMessage(), misfit);
    }
  }

  /**
   * Returns the preprocessing that these images need, or null if they need none.
   *
   * @param images what the user wrote, see {@link org.qcnn.data.ImageSource#open}
   */
  Preprocessing forImages(String images, Graph graph, Path model) {
    boolean ready = isRandom(images) || images.endsWith(".npy");
    return ready ? find(graph) : require(graph, model);
  }

  /** Returns the preprocessing, if the file or the model says it. */
  Optional<Preprocessing> optional(Graph graph) {
    return Optional.ofNullable(find(graph));
  }

  /** Returns the preprocessing, or says how to tell it. */
  Preprocessing require(Graph graph, Path model) {
    Preprocessing found = find(graph);
    if (found == null) {
      throw new DataException(missing(model));
    }
    return found;
  }

  static boolean isRandom(String images) {
    return images.equals("random") || images.startsWith("random:");
  }

  /** Returns the file of class names that the preprocessing file names. */
  Optional<Path> labels() {
    return file == null ? Optional.empty() : PreprocessingFile.labels(file);
  }

  private static String missing(Path model) {
    String message =
        model
            + " does not say how images become its input; write it into a file, for example"
            + " {\"channels\": \"RGB\", \"resize_shorter_side\": 256, \"mean\": [123.7, 116.3,"
            + " 103.5], \"formula\": \"x - mean[c]\"}, and name it: --preprocessing FILE.json";
    Path beside = model.resolveSibling("preprocessing.json");
    return Files.exists(beside)
        ? message + ". If " + beside + " belongs to this model, add: --preprocessing " + beside
        : message;
  }
}
