package org.qcnn.compression;

import java.util.List;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.TrainedLayer;

/** Quantizes the layer that two networks have reached, and takes both of them past it. */
final class LayerQuantizer {
  /**
   * What became of a layer.
   *
   * @param versions the layer with quantized weights
   * @param errors of its response
   * @param samples how many it was trained on
   */
  record Result(LayerVersions versions, TrainedLayer.Errors errors, int samples) {}

  private final Graph graph;
  private final CompressionSettings settings;
  private final Workers workers;
  private final NetworkState original;
  private final NetworkState quantized;
  private final int images;
  private final LayerScales scales;

  LayerQuantizer(
      Graph graph,
      CompressionSettings settings,
      Workers workers,
      NetworkState original,
      NetworkState quantized,
      int images) {
    this.graph = graph;
    this.settings = settings;
    this.workers = workers;
    this.original = original;
    this.quantized = quantized;
    this.images = images;
    this.scales = new LayerScales(graph, quantized, workers, images, settings.tables());
  }

  /**
   * Quantizes a layer.
   *
   * @param seed of the choice of samples
   */
  Result quantize(Node node, LayerSetting setting, long seed) {
    String input = node.inputs().get(0);
    Patches patches =
        new Patches(
            node, graph.shape(input), graph.shape(node.output()), setting.subCodewordSize());
    LayerSamples samples =
        new LayerSamples(
            patches,
            quantized.file(input),
            original.file(input),
            node.operator().weights().decode(),
            settings.correctsAdditions() && settings.correctionSweeps() > 0
                ? Addend.of(graph, node, original, quantized)
                : Optional.empty(),
            images,
            seed,
            workers);
    TrainedLayer trained = train(patches, samples, setting);
    original.advance(node);
    LayerVersions versions =
        scales.measure(LayerTraining.withWeights(node, trained), patches, seed);
    return new Result(versions, trained.errors(), samples.count());
  }

  /** Takes both networks past a layer that was quantized before, as if it just had been. */
  void passBy(Node node, Result known) {
    original.advance(node);
    scales.advance(known.versions().words());
  }

  private TrainedLayer train(Patches patches, LayerSamples samples, LayerSetting setting) {
    List<ResponseObjective> objectives = samples.objectives(settings.ridge());
    try {
      return LayerTraining.train(patches.layout(), objectives, setting, settings, workers);
    } finally {
      objectives.forEach(ResponseObjective::close);
    }
  }
}
