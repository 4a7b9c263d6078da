package org.qcnn.compression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SampledImages;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.KernelSet;

/**
 * Measures how each layer takes to being quantized: it is trained alone, with few and with more
 * bits, on the original network's values; then the network runs with this one layer quantized, and
 * its output says how much the layer matters.
 */
public final class SensitivityWalk {
  private static final int SWEEPS = 2;
  private static final int LARGEST_IMAGES = 200;
  private static final int LARGEST_ANSWERS = 32;
  private static final double PROBED = 0.05;

  private final Graph graph;
  private final ImageSource images;
  private final int count;
  private final CompressionSettings settings;
  private final CompressionProgress progress;
  private final List<Node> layers;
  // By name: the layer as it is with few bits, decoded.
  private final Map<String, Node> probes = new LinkedHashMap<>();
  private final Map<String, Double> probeErrors = new LinkedHashMap<>();
  private final Map<String, List<LayerOption>> options = new LinkedHashMap<>();

  private SensitivityWalk(
      Graph graph, ImageSource images, CompressionSettings settings, CompressionProgress progress) {
    this.graph = graph;
    this.images = images;
    this.count = Math.min(LARGEST_IMAGES, images.count());
    this.settings = settings;
    this.progress = progress;
    this.layers = CompressionPlan.quantizableLayers(graph);
  }

  /**
   * Measures all layers that can be quantized and are not to stay dense, in running order.
   *
   * @param images unlabelled images, of which some are taken
   */
  public static List<LayerSensitivity> measure(
      Graph graph, ImageSource images, CompressionSettings settings, CompressionProgress progress) {
    SensitivityWalk walk = new SensitivityWalk(graph, images, settings, progress);
    walk.train();
    return walk.sensitivities();
  }

  private int steps() {
    return graph.nodes().size() + layers.size();
  }

  private void train() {
    KernelSet kernels = KernelSet.best();
    LastReaders lastReaders = new LastReaders(graph);
    try (Workers workers = new Workers(settings.threads());
        NetworkState state = new NetworkState(graph, kernels, workers, count)) {
      state.readImages(SampledImages.of(images, count));
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        progress.update(i, steps(), "trying " + node.name());
        if (layers.contains(node) && !settings.keepDense().contains(node.name())) {
          train(node, state, workers);
        }
        state.advance(node);
        lastReaders.valuesReadLastBy(i).forEach(state::drop);
      }
    }
  }

  private void train(Node node, NetworkState state, Workers workers) {
    LayerOptions possible = new LayerOptions(graph, node);
    LayerProbe probe = new LayerProbe(graph, node, state, count, settings, workers);
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    for (LayerSetting setting : possible.toTrain()) {
      LayerProbe.Result result = probe.train(setting, SWEEPS);
      errors.put(setting, result.error());
      // The error should be large enough to be seen, and small enough to stay linear.
      double known = probeErrors.getOrDefault(node.name(), 0.0);
      if (Math.abs(Math.log(result.error() / PROBED)) < Math.abs(Math.log(known / PROBED))) {
        probes.put(node.name(), result.node());
        probeErrors.put(node.name(), result.error());
      }
    }
    options.put(node.name(), possible.all(errors));
  }

  private List<LayerSensitivity> sensitivities() {
    int answers = Math.min(LARGEST_ANSWERS, images.count());
    Answers expected = answers(graph, answers);
    List<LayerSensitivity> found = new ArrayList<>();
    for (Map.Entry<String, List<LayerOption>> layer : options.entrySet()) {
      String name = layer.getKey();
      progress.update(graph.nodes().size() + found.size(), steps(), "weighing " + name);
      Node probe = probes.get(name);
      double damage = 0;
      if (probe != null && probeErrors.get(name) > 0) {
        List<Node> nodes = new ArrayList<>(graph.nodes());
        nodes.replaceAll(node -> node.name().equals(name) ? probe : node);
        Answers disturbed = answers(graph.withNodes(nodes), answers);
        damage = disturbed.squaredError(expected) / probeErrors.get(name);
      }
      found.add(new LayerSensitivity(name, damage, layer.getValue()));
    }
    return found;
  }

  private Answers answers(Graph network, int answers) {
    return Answers.of(network, images, answers, WayChoice.DENSE, settings.threads());
  }
}
