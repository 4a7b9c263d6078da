package org.qcnn.compression;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.channels.HiddenChannels;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.data.ImageSource;
import org.qcnn.data.SampledImages;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.KernelSet;

/**
 * Measures how each layer takes to being quantized: it is trained alone, with few and with more
 * bits, on the original network's values; then the network runs with this one layer quantized, and
 * its output says how much the layer matters.
 */
public final class SensitivityWalk {
  private static final int SWEEPS = 2;
  // Layers are trained on some images, and fewer weigh them.
  private static final Sample TRAINED_ON = new Sample(5e11, 200, 2000);
  private static final Sample WEIGHED_BY = new Sample(1.8e11, 32, 256);
  private static final double PROBED = 0.05;
  private static final int LIKELY_SUB_CODEWORD_SIZE = 4;

  private final Graph graph;
  private final ImageSource images;
  private final int count;
  private final int answers;
  private final CompressionSettings settings;
  private final CompressionProgress progress;
  private final Checkpoints checkpoints;
  private final List<Node> layers;
  private final WorkShares shares;
  private final Map<Node, ProbedLayer> probed = new LinkedHashMap<>();

  private SensitivityWalk(
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      CompressionProgress progress,
      Checkpoints checkpoints) {
    this.graph = graph;
    this.images = images;
    this.settings = settings;
    this.progress = progress;
    this.checkpoints = checkpoints.inside("sensitivity");
    this.layers =
        CompressionPlan.quantizableLayers(graph).stream()
            .filter(layer -> !settings.keepDense().contains(layer.name()))
            .toList();
    double image = graph.nodes().stream().mapToDouble(this::costOfAnImage).sum();
    this.count = TRAINED_ON.images(images, image);
    this.answers = WEIGHED_BY.images(images, image);
    this.shares = shares(image);
  }

  private double costOfAnImage(Node node) {
    return WorkShares.running(graph, node, 1);
  }

  /**
   * How many images are enough.
   *
   * @param cost of running the network on all of them, in multiply-adds
   * @param fewest whatever they cost
   * @param most however little they cost
   */
  private record Sample(double cost, int fewest, int most) {
    int images(ImageSource source, double costOfAnImage) {
      double affordable = Math.max(fewest, Math.min(most, cost / costOfAnImage));
      return (int) Math.min(source.count(), affordable);
    }
  }

  /**
   * Measures all layers that can be quantized and are not to stay dense, in running order.
   *
   * @param images unlabelled images, of which some are taken
   * @param checkpoints where what is known of a layer is kept and taken from
   */
  public static List<LayerSensitivity> measure(
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      CompressionProgress progress,
      Checkpoints checkpoints) {
    // As it will be before it is compressed; every layer's Cs' is not known yet.
    Graph arranged =
        settings.arrangesChannels()
            ? HiddenChannels.arrange(
                graph, name -> settings.keepDense().contains(name) ? 0 : LIKELY_SUB_CODEWORD_SIZE)
            : graph;
    SensitivityWalk walk = new SensitivityWalk(arranged, images, settings, progress, checkpoints);
    walk.train();
    return walk.sensitivities();
  }

  /** The walk's nodes, then the whole network again for each layer, which is dense. */
  private WorkShares shares(double image) {
    WorkShares shares = new WorkShares(graph.nodes().size() + layers.size());
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      double cost = count * costOfAnImage(node);
      if (layers.contains(node)) {
        int samples = LayerSamples.count(graph, node, count);
        for (LayerSetting setting : new LayerOptions(graph, node).toTrain()) {
          cost += WorkShares.training(node, setting, samples, SWEEPS);
        }
      }
      shares.add(i, cost);
    }
    for (int i = 0; i < layers.size(); i++) {
      shares.add(graph.nodes().size() + i, answers * image);
    }
    return shares;
  }

  private void train() {
    KernelSet kernels = KernelSet.best();
    LastReaders lastReaders = new LastReaders(graph);
    try (Workers workers = new Workers(settings.threads());
        NetworkState state = new NetworkState(graph, kernels, workers, count)) {
      state.readImages(SampledImages.of(images, count));
      for (int i = 0; i < graph.nodes().size(); i++) {
        Node node = graph.nodes().get(i);
        progress.update(shares.before(i), WorkShares.WHOLE, "trying " + node.name());
        if (layers.contains(node)) {
          probed.put(node, probe(node, "probe-" + i, state, workers));
        }
        state.advance(node);
        lastReaders.valuesReadLastBy(i).forEach(state::drop);
      }
    }
  }

  private ProbedLayer probe(Node node, String name, NetworkState state, Workers workers) {
    Optional<ProbedLayer> known = ProbedLayer.find(checkpoints, name, node);
    if (known.isPresent()) {
      return known.get();
    }
    ProbedLayer found = train(node, state, workers);
    found.keep(checkpoints, name, graph);
    return found;
  }

  private ProbedLayer train(Node node, NetworkState state, Workers workers) {
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    Optional<Node> best = Optional.empty();
    double bestError = 0;
    try (LayerProbe probe = new LayerProbe(graph, node, state, count, settings, workers)) {
      for (LayerSetting setting : new LayerOptions(graph, node).toTrain()) {
        LayerProbe.Result result = probe.train(setting, SWEEPS);
        errors.put(setting, result.error());
        // The error should be large enough to be seen, and small enough to stay linear.
        if (Math.abs(Math.log(result.error() / PROBED)) < Math.abs(Math.log(bestError / PROBED))) {
          best = Optional.of(result.node());
          bestError = result.error();
        }
      }
    }
    return new ProbedLayer(errors, best, bestError);
  }

  private List<LayerSensitivity> sensitivities() {
    Answers expected = answers(graph);
    List<LayerSensitivity> found = new ArrayList<>();
    for (Map.Entry<Node, ProbedLayer> layer : probed.entrySet()) {
      Node node = layer.getKey();
      progress.update(
          shares.before(graph.nodes().size() + found.size()),
          WorkShares.WHOLE,
          "weighing " + node.name());
      found.add(
          new LayerSensitivity(
              node.name(),
              damage(node, layer.getValue(), expected),
              new LayerOptions(graph, node).all(layer.getValue().errors())));
    }
    return found;
  }

  /** Returns what an error of a layer does to the output, or 0 if it was not tried. */
  private double damage(Node node, ProbedLayer layer, Answers expected) {
    if (layer.probe().isEmpty() || layer.probeError() <= 0) {
      return 0;
    }
    String name = "damage-" + graph.nodes().indexOf(node);
    Optional<byte[]> known = checkpoints.find(name);
    if (known.isPresent()) {
      return Double.parseDouble(new String(known.get(), StandardCharsets.US_ASCII));
    }
    Node probe = layer.probe().get();
    Node decoded = probe.with(((WeightedOperator) probe.operator()).decoded());
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.replaceAll(each -> each == node ? decoded : each);
    Answers disturbed = answers(graph.withNodes(nodes));
    double damage = disturbed.squaredError(expected) / layer.probeError();
    checkpoints.keep(
        name, out -> out.write(Double.toString(damage).getBytes(StandardCharsets.US_ASCII)));
    return damage;
  }

  private Answers answers(Graph network) {
    return Answers.of(network, images, answers, WayChoice.DENSE, settings.threads());
  }
}
