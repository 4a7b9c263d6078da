package org.qcnn.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.qcnn.allocation.AllocationReport;
import org.qcnn.allocation.Allocator;
import org.qcnn.allocation.Goal;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.compression.CompressedNetwork;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.Compressor;
import org.qcnn.compression.MomentCompressor;
import org.qcnn.compression.Tuner;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Tuning;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.KernelSet;
import org.qcnn.moments.NetworkMoments;
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
  // The definitions of our operators and the general part of the provenance.
  private static final long FUNCTION_BYTES = 6000;
  // Attributes, the scales' header and the provenance of a quantized layer.
  private static final long LAYER_BYTES = 260;

  /**
   * Compresses the network and writes it, with all that is known of it in its metadata.
   *
   * @param goal what the settings are to reach; empty: they are taken as they are
   * @param tune whether to measure which way of each layer is fastest
   * @param checkpoints where finished results are kept and taken from
   */
  CompressionSummary write(
      ImageSource images,
      CompressionSettings settings,
      Optional<Goal> goal,
      boolean tune,
      Checkpoints checkpoints,
      Path output)
      throws IOException {
    long start = System.nanoTime();
    CompressedNetwork network;
    Optional<AllocationReport> allocation = Optional.empty();
    try (Progress progress = Progress.start("compressing", 1)) {
      if (goal.isPresent()) {
        Allocator.Result found =
            Allocator.compress(
                graph,
                images,
                settings,
                goal.get(),
                otherBytes(),
                (some, with, heard) -> Compressor.compress(graph, some, with, heard, checkpoints),
                progress::update,
                checkpoints);
        network = found.network();
        allocation = Optional.of(found.report());
      } else {
        network = Compressor.compress(graph, images, settings, progress::update, checkpoints);
      }
    }
    return save(network, settings, allocation, tune, output, start);
  }

  /**
   * Quantizes the network from moments instead of images and writes it likewise.
   *
   * @param moments of all images
   */
  CompressionSummary write(
      NetworkMoments moments, CompressionSettings settings, boolean tune, Path output)
      throws IOException {
    long start = System.nanoTime();
    CompressedNetwork network;
    try (Progress progress = Progress.start("compressing", 1)) {
      network = MomentCompressor.compress(graph, moments, settings, progress::update);
    }
    return save(network, settings, Optional.empty(), tune, output, start);
  }

  private CompressionSummary save(
      CompressedNetwork network,
      CompressionSettings settings,
      Optional<AllocationReport> allocation,
      boolean tune,
      Path output,
      long start)
      throws IOException {
    Map<String, String> metadata = new TreeMap<>(graph.metadata());
    metadata.keySet().removeIf(key -> key.startsWith(Metadata.PROVENANCE_PREFIX));
    metadata.remove(Metadata.TUNING);
    metadata.putAll(
        Provenance.of(source, settings, allocation.map(AllocationReport::goal), network.report()));
    if (preprocessing != null) {
      metadata.put(Metadata.PREPROCESSING, preprocessing.toText());
    }
    if (!classNames.isEmpty()) {
      metadata.put(Metadata.LABELS, String.join("\n", classNames));
    }
    Optional<Tuning> tuning = tune ? Optional.of(tune(network.graph())) : Optional.empty();
    tuning.ifPresent(found -> metadata.put(Metadata.TUNING, found.toText()));
    OnnxWriter.write(network.graph().withMetadata(metadata), output);
    return new CompressionSummary(
        network.report(),
        allocation,
        tuning,
        source.bytes(),
        Files.size(output),
        (System.nanoTime() - start) / 1e9);
  }

  /** Returns about what a compressed file holds besides weights, codes and codebooks. */
  private long otherBytes() {
    long layers = graph.nodes().stream().filter(node -> node.operator().weights() != null).count();
    return OnnxWriter.bytesBesidesElements(graph) + FUNCTION_BYTES + layers * LAYER_BYTES;
  }

  private static Tuning tune(Graph compressed) {
    try (Progress progress = Progress.start("tuning", 100)) {
      return Tuner.tune(compressed, KernelSet.best(), progress::update);
    }
  }
}
