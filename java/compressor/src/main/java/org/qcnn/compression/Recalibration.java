package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.KernelSet;

/**
 * Measures the scales of all quantized layers of a network anew, after their codebooks have
 * changed.
 */
final class Recalibration {
  private final Graph graph;
  private final CompressionSettings settings;
  private final CompressionProgress progress;

  /** Prepares a recalibration. */
  Recalibration(Graph graph, CompressionSettings settings, CompressionProgress progress) {
    this.graph = graph;
    this.settings = settings;
    this.progress = progress;
  }

  /** Runs the network on all images; returns its nodes with their scales. */
  List<LayerVersions> run(ImageSource images) {
    List<LayerVersions> versions = new ArrayList<>();
    LastReaders lastReaders = new LastReaders(graph);
    try (Workers workers = new Workers(settings.threads());
        NetworkState state = new NetworkState(graph, KernelSet.best(), workers, images.count())) {
      state.readImages(images);
      LayerScales scales =
          new LayerScales(graph, state, workers, images.count(), settings.tables());
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        progress.update(i, graph.nodes().size(), "measuring " + node.name());
        if (node.operator().weights() instanceof QuantizedWeights weights) {
          versions.add(scales.measure(node, patches(node, weights), settings.seed() + i));
        } else {
          state.advance(node);
          versions.add(LayerVersions.of(node));
        }
        lastReaders.valuesReadLastBy(i).forEach(state::drop);
      }
    }
    return versions;
  }

  private Patches patches(Node node, QuantizedWeights weights) {
    return new Patches(
        node,
        graph.shape(node.inputs().get(0)),
        graph.shape(node.output()),
        weights.subCodewordSize());
  }
}
