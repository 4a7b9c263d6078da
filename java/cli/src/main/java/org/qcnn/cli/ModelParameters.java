package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The network that a command works on. */
final class ModelParameters {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "An .onnx file, or Caffe's deploy.prototxt together with --weights.")
  private Path model;

  @Option(
      names = "--weights",
      paramLabel = "FILE.caffemodel",
      description = "The weights that belong to a .prototxt.")
  private Path weights;

  @Option(
      names = "--input-shape",
      paramLabel = "CxHxW",
      description = "Shape of one image, where the .onnx file leaves it open: 3x224x224.")
  private Shape inputShape;

  ModelFile file() {
    return new ModelFile(model, weights, inputShape);
  }

  Graph read() throws IOException {
    return file().read();
  }
}
