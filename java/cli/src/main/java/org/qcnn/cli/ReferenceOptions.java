package org.qcnn.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The original network that a compressed one is compared with. */
final class ReferenceOptions {
  @Option(
      names = "--reference",
      paramLabel = "ORIGINAL",
      description = "The original network, to compare with.")
  private Path reference;

  @Option(
      names = "--reference-weights",
      paramLabel = "FILE.caffemodel",
      description = "Its weights, if it is a .prototxt.")
  private Path weights;

  Optional<ModelFile> file() {
    if (reference == null && weights != null) {
      throw new UsageException("--reference-weights needs --reference DEPLOY.prototxt");
    }
    if (reference != null && weights == null && reference.toString().endsWith(".prototxt")) {
      throw new UsageException(
          reference
              + " describes layers only; name their weights: --reference-weights FILE.caffemodel");
    }
    return Optional.ofNullable(reference).map(path -> new ModelFile(path, weights, null));
  }
}
