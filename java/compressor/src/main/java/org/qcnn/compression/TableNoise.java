package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.gradient.Logits;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;

/**
 * Measures on some images what integer lookup tables do to the scores of a network: how far these
 * are from those of the same codebooks and assignments decoded to floats.
 *
 * <p>Scores are what comes before the softmax. Probabilities answer to the absolute size of scores:
 * the same noise moves those of one network not at all and those of another one far.
 */
final class TableNoise {
  private final Graph original;
  private final List<Node> words;
  private final ImageSource images;
  private final int count;
  private final int threads;
  private final Answers exact;
  private final Answers ofWords;

  /**
   * Runs what everything else is compared with.
   *
   * @param original the dense network
   * @param words the nodes of the quantized network with 16-bit tables everywhere
   * @param count of images to measure on
   */
  TableNoise(Graph original, List<Node> words, ImageSource images, int count, int threads) {
    this.original = original;
    this.words = List.copyOf(words);
    this.images = images;
    this.count = count;
    this.threads = threads;
    this.exact = scores(words, WayChoice.DENSE);
    this.ofWords = scores(words);
  }

  /** Returns the scores by lookup tables. */
  Answers scores(List<Node> nodes) {
    return scores(nodes, WayChoice.LOOKUP);
  }

  private Answers scores(List<Node> nodes, WayChoice way) {
    Graph network = original.withNodes(nodes);
    Graph scores =
        new Graph(
            network.input(),
            network.inputShape(),
            network.nodes(),
            List.of(Logits.of(network)),
            network.metadata());
    return Answers.of(scores, images, count, way, threads);
  }

  /** Returns the scores with 16-bit tables everywhere. */
  Answers ofWords() {
    return ofWords;
  }

  /** Returns the noise of scores. */
  double of(Answers scores) {
    return scores.error(exact);
  }

  /** Returns the square of the noise of 16-bit tables everywhere. */
  double squaredOfWords() {
    return ofWords.squaredError(exact);
  }

  /**
   * Returns by how much the square grows where a single layer gets other tables. Noise of different
   * layers is nearly independent, so that its squares add up. The distance to the scores with
   * 16-bit tables would not do: whatever changes early makes all later layers round differently,
   * which would count once for each version.
   */
  double squaredOf(int node, Node version) {
    List<Node> nodes = new ArrayList<>(words);
    nodes.set(node, version);
    return Math.max(0, scores(nodes).squaredError(exact) - squaredOfWords());
  }
}
