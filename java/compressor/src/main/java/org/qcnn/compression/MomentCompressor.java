package org.qcnn.compression;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.moments.FixedMoments;
import org.qcnn.moments.InputStatistics;
import org.qcnn.moments.KeptSamples;
import org.qcnn.moments.LayerMoments;
import org.qcnn.moments.NetworkMoments;
import org.qcnn.training.MomentObjective;
import org.qcnn.training.Moments;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.SampleObjective;
import org.qcnn.training.SubspaceLayout;
import org.qcnn.training.TrainedLayer;

/**
 * Quantizes the layers of a network from moments alone, without any image: each layer so that it
 * answers as before to the inputs that the original network gives it. Errors of earlier layers are
 * not corrected (Q-CNN, section 3.3), since nobody has seen what these would have answered.
 */
public final class MomentCompressor {
  // The quantized network has other values than the original one, some of them larger.
  private static final float RANGE_MARGIN = 1.25f;

  private final Graph graph;
  private final CompressionSettings settings;
  private final Workers workers;

  private MomentCompressor(Graph graph, CompressionSettings settings, Workers workers) {
    this.graph = graph;
    this.settings = settings;
    this.workers = workers;
  }

  /**
   * Compresses a network.
   *
   * @param moments of this network, of all blocks of images
   * @param settings with lookup tables of 16 bits, or of whatever width suits, which are the same
   * @throws GraphException if the moments are not those, or no layer would be quantized
   */
  public static CompressedNetwork compress(
      Graph graph,
      NetworkMoments moments,
      CompressionSettings settings,
      CompressionProgress progress) {
    CompressionPlan plan = CompressionPlan.of(graph, settings);
    check(graph, moments, settings, plan);
    Map<String, LayerMoments> known = new HashMap<>();
    moments.layers().forEach(layer -> known.put(layer.name(), layer));
    List<Node> nodes = new ArrayList<>();
    List<LayerReport> reports = new ArrayList<>();
    try (Workers workers = new Workers(settings.threads())) {
      MomentCompressor compressor = new MomentCompressor(graph, settings, workers);
      for (Node node : graph.nodes()) {
        progress.update(nodes.size(), graph.nodes().size(), node.name());
        Optional<LayerSetting> setting = plan.setting(node.name());
        if (setting.isPresent()) {
          LayerMoments layer = known.get(node.name());
          TrainedLayer trained = compressor.train(node, setting.get(), layer);
          Node quantized = withRanges(LayerTraining.withWeights(node, trained), layer);
          nodes.add(quantized);
          reports.add(
              LayerReport.of(
                  graph,
                  quantized,
                  Optional.of(trained.errors()),
                  Math.toIntExact(layer.samples())));
        } else {
          nodes.add(node);
          if (node.operator().weights() != null) {
            reports.add(LayerReport.of(graph, node, Optional.empty(), 0));
          }
        }
      }
    }
    return new CompressedNetwork(
        graph.withNodes(nodes),
        new CompressionReport(
            reports,
            TableReport.of(nodes, Optional.empty()),
            Optional.empty(),
            "moments of " + moments.origin().images() + " images, without error correction",
            moments.origin().images()));
  }

  private static void check(
      Graph graph, NetworkMoments moments, CompressionSettings settings, CompressionPlan plan) {
    if (!moments.origin().network().equals(ContentDigest.of(graph))) {
      throw new GraphException(
          "the moments are those of another network; make them of this one with 'qcnn calibrate'");
    }
    if (!moments.blocks().areAll()) {
      throw new GraphException(
          "the moments hold "
              + moments.blocks()
              + " only; add those of the other shards with 'qcnn merge'");
    }
    if (settings.tables() == TableWidth.EIGHT) {
      throw new GraphException(
          "tables of 8 bits are fitted to images, which moments do not hold; leave --tables out");
    }
    if (plan.layers() == 0) {
      throw new GraphException(
          "no layer of the network would be quantized; name layers with --layer NAME=Cs:K");
    }
  }

  /** Returns the layer with the ranges of its inputs and responses. */
  private static Node withRanges(Node node, LayerMoments measured) {
    WeightedOperator layer = (WeightedOperator) node.operator();
    QuantizedWeights weights =
        ((QuantizedWeights) layer.weights())
            .withInputRange(RANGE_MARGIN * measured.largestInput())
            .with(RANGE_MARGIN * measured.largestResponse());
    return node.with(layer.with(weights, layer.bias()));
  }

  private TrainedLayer train(Node node, LayerSetting setting, LayerMoments layer) {
    Patches patches =
        new Patches(
            node,
            graph.shape(node.inputs().get(0)),
            graph.shape(node.output()),
            setting.subCodewordSize());
    List<ResponseObjective> objectives = new ArrayList<>();
    try {
      for (int group = 0; group < patches.groups(); group++) {
        FloatMatrix original = patches.weights(node.operator().weights().decode(), group);
        objectives.add(objective(layer.groups().get(group), patches.layout(), original));
      }
      return LayerTraining.train(patches.layout(), objectives, setting, settings, workers);
    } finally {
      objectives.forEach(ResponseObjective::close);
    }
  }

  private ResponseObjective objective(
      InputStatistics inputs, SubspaceLayout layout, FloatMatrix original) {
    int[] order = order(layout);
    if (inputs instanceof FixedMoments moments) {
      double[] means = moments.means();
      double[] ordered = new double[means.length];
      for (int i = 0; i < means.length; i++) {
        ordered[order[i]] = means[i];
      }
      return new MomentObjective(
          Moments.ofInputs(moments.covariance(order), ordered, original, workers),
          original,
          settings.ridge(),
          workers);
    }
    FloatMatrix x = ((KeptSamples) inputs).rows(order);
    FloatMatrix t = new FloatMatrix(x.rows(), original.columns());
    t.whole().addProduct(0f, 1f, x.whole(), original.whole());
    return new SampleObjective(x, t, original, settings.ridge(), workers);
  }

  /** Returns for every input in the order of the weights its row in the layout. */
  private static int[] order(SubspaceLayout layout) {
    int[] order = new int[layout.inputs()];
    for (int i = 0; i < order.length; i++) {
      order[i] = layout.row(i / layout.kernelPositions(), i % layout.kernelPositions());
    }
    return order;
  }
}
