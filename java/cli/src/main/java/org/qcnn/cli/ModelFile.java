package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.qcnn.caffe.CaffeReader;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;

/**
 * A network on disk.
 *
 * @param path an .onnx file, or Caffe's description of layers
 * @param weights Caffe's weights, otherwise null
 * @param inputShape what an ONNX file may leave open, or null
 */
record ModelFile(Path path, Path weights, Shape inputShape) {
  /** Returns a file that says everything itself. */
  static ModelFile of(Path path) {
    return new ModelFile(path, null, null);
  }

  /**
   * Reads the network.
   *
   * @throws GraphException naming the file, if it cannot be used
   * @throws UsageException if the file is of no known kind
   */
  Graph read() throws IOException {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".caffemodel")) {
      throw new UsageException(
          path + " holds weights only; write: deploy.prototxt --weights " + path);
    }
    if (!name.endsWith(".onnx") && !name.endsWith(".prototxt")) {
      throw new UsageException(
          path + " is of no known kind; a network is an .onnx file, or a .prototxt with --weights");
    }
    requireFile(path);
    return name.endsWith(".onnx") ? readOnnx() : readCaffe();
  }

  private Graph readOnnx() throws IOException {
    if (weights != null) {
      throw new UsageException("--weights belongs to a .prototxt; " + path + " holds its weights");
    }
    ImportOptions options =
        inputShape == null
            ? ImportOptions.DEFAULT
            : ImportOptions.DEFAULT.withInputShape(inputShape);
    try {
      return OnnxReader.read(path, options);
    } catch (GraphException unusable) {
      throw new GraphException(path + ": " + unusable.getMessage(), unusable);
    }
  }

  private Graph readCaffe() {
    if (weights == null) {
      throw new UsageException(
          path + " describes layers only; name their weights: --weights FILE.caffemodel");
    }
    if (inputShape != null) {
      throw new UsageException("--input-shape is for .onnx files; a .prototxt says its shape");
    }
    requireFile(weights);
    return CaffeReader.read(path, weights);
  }

  private static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw new GraphException(file + ": there is no such file");
    }
    if (Files.isDirectory(file)) {
      throw new GraphException(file + " is a folder, not a model");
    }
  }

  /** Returns the file with the weights. */
  Path weightsFile() {
    return Optional.ofNullable(weights).orElse(path);
  }

  /** Returns the size of the file with the weights. */
  long bytes() throws IOException {
    return Files.size(weightsFile());
  }
}
