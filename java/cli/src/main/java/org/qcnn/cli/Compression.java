package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.qcnn.compression.CompressedNetwork;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Compressor;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Preprocessing;
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

  /** Compresses the network and writes it, with all that is known of it in its metadata. */
  CompressionSummary write(ImageSource images, CompressionSettings settings, Path output)
      throws IOException {
    CompressedNetwork network;
    try (Progress progress = Progress.start("compressing", graph.nodes().size())) {
      network = Compressor.compress(graph, images, settings, progress::update);
    }
    Map<String, String> metadata = new TreeMap<>(graph.metadata());
    metadata.keySet().removeIf(key -> key.startsWith(Metadata.PROVENANCE_PREFIX));
    metadata.putAll(Provenance.of(source, settings, network.report()));
    if (preprocessing != null) {
      metadata.put(Metadata.PREPROCESSING, preprocessing.toText());
    }
    if (!classNames.isEmpty()) {
      metadata.put(Metadata.LABELS, String.join("\n", classNames));
    }
    OnnxWriter.write(network.graph().withMetadata(metadata), output);
    return new CompressionSummary(network.report(), source.bytes(), Files.size(output));
  }
}
