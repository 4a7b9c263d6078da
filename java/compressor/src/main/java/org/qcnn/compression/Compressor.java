package org.qcnn.compression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.channels.HiddenChannels;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.data.ImageSource;
import org.qcnn.data.ImageSplit;
import org.qcnn.finetuning.FineTuner;
import org.qcnn.finetuning.FineTuningReport;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.kernel.KernelSet;

/**
 * Quantizes the layers of a network one after the other (Q-CNN, section 3.3). Two networks walk
 * through the calibration images side by side: each layer is trained so that, on what the already
 * quantized layers give it, it answers as the original network does on its own values.
 */
public final class Compressor {
  private final Graph graph;
  private final CompressionSettings settings;
  private final CompressionPlan plan;
  private final CompressionProgress progress;
  private final LayerCheckpoints checkpoints;
  private final List<LayerReport> reports = new ArrayList<>();
  // The quantized network.
  private final List<LayerVersions> versions = new ArrayList<>();

  private Compressor(
      Graph graph,
      CompressionSettings settings,
      CompressionProgress progress,
      ImageSource images,
      Checkpoints checkpoints) {
    this.plan = CompressionPlan.of(graph, settings);
    this.graph = settings.arrangesChannels() ? arranged(graph, plan) : graph;
    this.checkpoints = new LayerCheckpoints(checkpoints, this.graph, images, settings);
    this.settings = settings;
    this.progress = progress;
  }

  private static Graph arranged(Graph graph, CompressionPlan plan) {
    return HiddenChannels.arrange(
        graph, name -> plan.setting(name).map(LayerSetting::subCodewordSize).orElse(0));
  }

  /** Compresses a network without checkpoints; otherwise as below. */
  public static CompressedNetwork compress(
      Graph graph, ImageSource images, CompressionSettings settings, CompressionProgress progress) {
    return compress(graph, images, settings, progress, Checkpoints.NONE);
  }

  /**
   * Compresses a network.
   *
   * @param graph a dense network; layers that are already quantized stay as they are
   * @param images unlabelled images, a few hundred
   * @param checkpoints where finished layers are kept and taken from; the result is the same
   * @throws GraphException if no layer would be quantized, a named layer does not exist, or the
   *     network computes infinite values
   * @throws org.qcnn.data.DataException if an image cannot be read
   */
  public static CompressedNetwork compress(
      Graph graph,
      ImageSource images,
      CompressionSettings settings,
      CompressionProgress progress,
      Checkpoints checkpoints) {
    Compressor compressor = new Compressor(graph, settings, progress, images, checkpoints);
    if (compressor.plan.layers() == 0) {
      throw new GraphException(
          "no layer of the network would be quantized; name layers with --layer NAME=Cs:K");
    }
    Optional<FineTuningReport> fineTuning = compressor.quantize(images);
    TableChoice.Result tables = compressor.chooseTables(images);
    progress.update(WorkShares.WHOLE, WorkShares.WHOLE, "done");
    return new CompressedNetwork(
        compressor.graph.withNodes(tables.nodes()),
        new CompressionReport(
            List.copyOf(compressor.reports),
            tables.report(),
            fineTuning,
            images.description(),
            images.count()));
  }

  private Graph words() {
    return graph.withNodes(LayerVersions.nodes(versions, LayerVersions::words));
  }

  /** Quantizes the network; then fine-tunes it, if wanted. */
  private Optional<FineTuningReport> quantize(ImageSource images) {
    if (settings.fineTuning().epochs() == 0) {
      run(images);
      return Optional.empty();
    }
    ImageSplit split = ImageSplit.of(images);
    run(split.learnt());
    return Optional.of(fineTune(split));
  }

  private FineTuningReport fineTune(ImageSplit split) {
    FineTuner.Result tuned =
        FineTuner.tune(
            graph,
            words(),
            split,
            settings.fineTuning().withSeed(settings.seed()),
            settings.threads(),
            progress::update);
    List<LayerVersions> measured =
        new Recalibration(tuned.graph(), settings, progress).run(split.learnt());
    versions.clear();
    versions.addAll(measured);
    return tuned.report();
  }

  private TableChoice.Result chooseTables(ImageSource images) {
    List<Node> words = LayerVersions.nodes(versions, LayerVersions::words);
    List<Node> bytes = LayerVersions.nodes(versions, LayerVersions::bytes);
    if (settings.tables() != TableWidth.AUTO || words.equals(bytes)) {
      List<Node> nodes = settings.tables() == TableWidth.EIGHT ? bytes : words;
      return new TableChoice.Result(nodes, TableReport.of(nodes, Optional.empty()));
    }
    return new TableChoice(
            graph,
            versions,
            images,
            settings.threads(),
            step -> progress.update(WorkShares.WHOLE, WorkShares.WHOLE, step))
        .choose();
  }

  private void run(ImageSource images) {
    if (takeAllFromCheckpoints()) {
      return;
    }
    KernelSet kernels = KernelSet.best();
    try (Workers workers = new Workers(settings.threads());
        NetworkState original = new NetworkState(graph, kernels, workers, images.count());
        NetworkState quantized = new NetworkState(graph, kernels, workers, images.count())) {
      progress.update(0, WorkShares.WHOLE, "reading images");
      original.readImages(images);
      quantized.shareImages(original);
      walk(
          original,
          quantized,
          new LayerQuantizer(graph, settings, workers, original, quantized, images.count()),
          shares(images.count()));
    }
  }

  /** Returns whether every layer was finished before; then no image needs to be looked at. */
  private boolean takeAllFromCheckpoints() {
    Map<Node, LayerQuantizer.Result> known = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (plan.setting(node.name()).isPresent()) {
        Optional<LayerQuantizer.Result> result = checkpoints.find(node);
        if (result.isEmpty()) {
          return false;
        }
        known.put(node, result.get());
      }
    }
    graph.nodes().forEach(node -> note(node, Optional.ofNullable(known.get(node))));
    return true;
  }

  private WorkShares shares(int images) {
    WorkShares shares = new WorkShares(graph.nodes().size());
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      double training =
          plan.setting(node.name())
              .filter(setting -> checkpoints.find(node).isEmpty())
              .map(
                  setting ->
                      WorkShares.training(
                          node,
                          setting,
                          LayerSamples.count(graph, node, images),
                          settings.layerSweeps() + settings.correctionSweeps()))
              .orElse(0.0);
      shares.add(i, 2 * WorkShares.running(graph, node, images) + training);
    }
    return shares;
  }

  private void walk(
      NetworkState original, NetworkState quantized, LayerQuantizer quantizer, WorkShares shares) {
    LastReaders lastReaders = new LastReaders(graph);
    boolean diverged = false;
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      progress.update(shares.before(i), WorkShares.WHOLE, node.name());
      Optional<LayerSetting> setting = plan.setting(node.name());
      if (setting.isPresent()) {
        long seed = settings.seed() * 31 + reports.size();
        note(node, Optional.of(quantize(node, setting.get(), seed, quantizer)));
        diverged = true;
      } else {
        note(node, Optional.empty());
        advance(node, original, quantized, diverged);
      }
      for (String value : lastReaders.valuesReadLastBy(i)) {
        original.drop(value);
        quantized.drop(value);
      }
    }
  }

  /** Notes what became of a node: a quantized layer, or nothing. */
  private void note(Node node, Optional<LayerQuantizer.Result> quantized) {
    LayerVersions of =
        quantized.map(LayerQuantizer.Result::versions).orElse(LayerVersions.of(node));
    Node words = of.words();
    if (words.operator().weights() != null) {
      reports.add(
          LayerReport.of(
              graph,
              words,
              quantized.map(LayerQuantizer.Result::errors),
              quantized.map(LayerQuantizer.Result::samples).orElse(0)));
    }
    versions.add(of);
  }

  /** Trains a layer, or takes it from its checkpoint; both networks are past it afterwards. */
  private LayerQuantizer.Result quantize(
      Node node, LayerSetting setting, long seed, LayerQuantizer quantizer) {
    Optional<LayerQuantizer.Result> known = checkpoints.find(node);
    if (known.isPresent()) {
      quantizer.passBy(node, known.get());
      return known.get();
    }
    LayerQuantizer.Result result = quantizer.quantize(node, setting, seed);
    checkpoints.keep(node, result);
    return result;
  }

  /** Takes both networks past a node that stays as it is. */
  private static void advance(
      Node node, NetworkState original, NetworkState quantized, boolean diverged) {
    original.advance(node);
    if (diverged) {
      quantized.advance(node);
    } else {
      quantized.share(original, node);
    }
  }
}
