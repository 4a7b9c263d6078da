package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.qcnn.compression.CompressedNetwork;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Compressor;
import org.qcnn.compression.Tuner;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Tuning;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.KernelSet;
import org.qcnn.writer.OnnxWriter;

/**
 * A network on its way into a compressed file.
 *
 * @param source where it was read
 * @param graph what was read
 * @param preprocessing how images become its input; null if that is not known
 * @param classNames the names of its classes; empty: those of its metadata, if any
 */
record Compression(
    ModelFile source, Graph graph, Preprocessing preprocessing, List<String> classNames) {

  /**
   * Compresses the network and writes it, with all that is known of it in its metadata.
   *
   * @param tune whether to measure which layers are faster dense
   */
  CompressionSummary write(
      ImageSource images, CompressionSettings settings, boolean tune, Path output)
      throws IOException {
    CompressedNetwork network;
    try (Progress progress = Progress.start("compressing", graph.nodes().size())) {
      network = Compressor.compress(graph, images, settings, progress::update);
    }
    Map<String, String> metadata = new TreeMap<>(graph.metadata());
    metadata.keySet().removeIf(key -> key.startsWith(Metadata.PROVENANCE_PREFIX));
    metadata.remove(Metadata.TUNING);
    metadata.putAll(Provenance.of(source, settings, network.report()));
    if (preprocessing != null) {
      metadata.put(Metadata.PREPROCESSING, preprocessing.toText());
    }
    if (!classNames.isEmpty()) {
      metadata.put(Metadata.LABELS, String.join("\n", classNames));
    }
    Optional<Tuning> tuning = tune ? Optional.of(tune(network.graph())) : Optional.empty();
    tuning.ifPresent(found -> metadata.put(Metadata.TUNING, found.toText()));
    OnnxWriter.write(network.graph().withMetadata(metadata), output);
    return new CompressionSummary(network.report(), tuning, source.bytes(), Files.size(output));
  }

  private static Tuning tune(Graph compressed) {
    try (Progress progress = Progress.start("tuning", 100)) {
      return Tuner.tune(compressed, KernelSet.best(), progress::update);
    }
  }
}
