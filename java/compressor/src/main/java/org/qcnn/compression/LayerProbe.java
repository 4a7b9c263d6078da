package org.qcnn.compression;

import java.util.List;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.TrainedLayer;

/** Trains one layer of the original network with different settings, to see what they cost. */
final class LayerProbe implements AutoCloseable {
  /**
   * What a setting gives.
   *
   * @param node the layer with quantized weights, to be used decoded
   * @param error of its response
   */
  record Result(Node node, double error) {}

  private final Graph graph;
  private final Node node;
  private final NetworkState state;
  private final int images;
  private final CompressionSettings settings;
  private final Workers workers;
  // Of the last Cs'; null and empty before the first.
  private Patches patches;
  private List<ResponseObjective> objectives = List.of();

  LayerProbe(
      Graph graph,
      Node node,
      NetworkState state,
      int images,
      CompressionSettings settings,
      Workers workers) {
    this.graph = graph;
    this.node = node;
    this.state = state;
    this.images = images;
    this.settings = settings;
    this.workers = workers;
  }

  /** Trains the layer; settings of the same Cs' one after the other share what they learn from. */
  Result train(LayerSetting setting, int sweeps) {
    if (patches == null || patches.layout().size() != setting.subCodewordSize()) {
      measure(setting.subCodewordSize());
    }
    TrainedLayer trained =
        LayerTraining.train(
            patches.layout(),
            objectives,
            setting,
            settings.withSweeps(sweeps, 0).withBeam(1),
            workers);
    return new Result(LayerTraining.withWeights(node, trained), trained.errors().corrected());
  }

  private void measure(int subCodewordSize) {
    close();
    String input = node.inputs().get(0);
    patches = new Patches(node, graph.shape(input), graph.shape(node.output()), subCodewordSize);
    ActivationFile file = state.file(input);
    objectives =
        new LayerSamples(
                patches,
                file,
                file,
                node.operator().weights().decode(),
                Optional.empty(),
                images,
                settings.seed(),
                workers)
            .objectives(settings.ridge());
  }

  @Override
  public void close() {
    objectives.forEach(ResponseObjective::close);
    objectives = List.of();
    patches = null;
  }
}
