package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.hygiene.CalibrationWarning;
import org.qcnn.tensor.Shape;

/** Tells which layers there are too few calibration images for. */
public final class SampleCheck {
  // A fully-connected layer sees every image once: with fewer, it is fitted to these very images.
  private static final int FEWEST_IMAGES = 50;
  private static final int NAMED = 4;

  private final Graph graph;
  private final List<Node> layers;

  /** Prepares a check of the layers that these settings quantize. */
  public SampleCheck(Graph graph, CompressionSettings settings) {
    this.graph = graph;
    CompressionPlan plan = CompressionPlan.of(graph, settings);
    this.layers =
        graph.nodes().stream().filter(node -> plan.setting(node.name()).isPresent()).toList();
  }

  /**
   * Returns what is suspicious; empty if nothing is.
   *
   * @param images how many there are
   * @param distinct how many of them are no copies of others
   */
  public List<CalibrationWarning> warnings(int images, int distinct) {
    List<CalibrationWarning> warnings = new ArrayList<>();
    fewerSamplesThanInputs(images).ifPresent(warnings::add);
    fewImages(distinct).ifPresent(warnings::add);
    return warnings;
  }

  /**
   * With fewer samples than inputs, some changes of the weights change no sample's response at all;
   * only the ridge then keeps them near the original ones.
   */
  private Optional<CalibrationWarning> fewerSamplesThanInputs(int images) {
    List<String> thin = new ArrayList<>();
    int enough = 0;
    for (Node layer : layers) {
      Shape weights = layer.operator().weights().shape();
      int inputs = weights.count(1, weights.rank());
      int samples = LayerSamples.count(graph, layer, images);
      if (samples < inputs) {
        thin.add(layer.name() + " (" + samples + " for " + inputs + ")");
        enough = Math.max(enough, (inputs + positions(layer) - 1) / positions(layer));
      }
    }
    return thin.isEmpty()
        ? Optional.empty()
        : warning(
            "fewer samples than inputs for "
                + shortened(thin)
                + "; "
                + enough
                + " images would do (--max-images, if there are as many)");
  }

  private Optional<CalibrationWarning> fewImages(int distinct) {
    List<String> names =
        layers.stream()
            .filter(layer -> !(layer.operator() instanceof Convolution))
            .map(Node::name)
            .toList();
    return distinct >= FEWEST_IMAGES || names.isEmpty()
        ? Optional.empty()
        : warning(
            distinct
                + " different images are too few for the fully-connected "
                + shortened(names)
                + "; "
                + FEWEST_IMAGES
                + " are the least, a few hundred are better");
  }

  private int positions(Node layer) {
    return layer.operator() instanceof Convolution ? graph.shape(layer.output()).count(1, 3) : 1;
  }

  private static Optional<CalibrationWarning> warning(String message) {
    return Optional.of(new CalibrationWarning("samples", message));
  }

  private static String shortened(List<String> names) {
    String some = String.join(", ", names.subList(0, Math.min(NAMED, names.size())));
    return names.size() > NAMED ? some + " and " + (names.size() - NAMED) + " more" : some;
  }
}
