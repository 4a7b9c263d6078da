package org.qcnn.compression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.gradient.Logits;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;

/**
 * Chooses which convolutions of a network get 8-bit lookup tables: those that look up most for the
 * noise that their tables add to the network's scores, as long as all of it together is small. The
 * first layer, say, often adds more noise than all the others.
 */
final class TableChoice {
  // Enough to see whether answers change, in a few seconds.
  private static final int LARGEST_IMAGES = 64;
  // Noise needs fewer: it is much the same for all images.
  private static final int IMAGES_FOR_NOISE = 16;
  // Noise of layers may add up to more than the root of the sum of squares.
  private static final int ATTEMPTS = 4;

  private final Graph original;
  private final List<Node> words;
  private final List<Node> bytes;
  private final ImageSource images;
  private final int threads;
  private final Consumer<String> progress;

  /** A layer that may have 8-bit tables: the noise, squared, and the look-ups of an image. */
  private record Candidate(int node, double noise, double lookups) {}

  /** The nodes of the network with the tables that were chosen. */
  record Result(List<Node> nodes, TableReport report) {}

  /**
   * Prepares a choice.
   *
   * @param words the quantized network with 16-bit tables
   * @param bytes the same with 8-bit tables where they are possible
   * @param progress told what is being done
   */
  TableChoice(
      Graph original,
      List<Node> words,
      List<Node> bytes,
      ImageSource images,
      int threads,
      Consumer<String> progress) {
    this.original = original;
    this.words = List.copyOf(words);
    this.bytes = List.copyOf(bytes);
    this.images = images;
    this.threads = threads;
    this.progress = progress;
  }

  /** Chooses. */
  Result choose() {
    int count = Math.min(LARGEST_IMAGES, images.count());
    progress.accept("choosing tables");
    Answers expected = answers(original.nodes(), count);
    Answers ofWords = answers(words, count);
    double byteNoise = answers(bytes, count).error(ofWords);
    List<Candidate> candidates = candidates();
    double largestNoise = Math.pow(TableReport.LARGEST_NOISE, 2);
    for (int attempt = 0; ; attempt++) {
      List<Node> chosen = attempt < ATTEMPTS ? withBytes(candidates, largestNoise) : words;
      Answers ofChosen = chosen.equals(words) ? ofWords : answers(chosen, count);
      TableReport.Comparison comparison =
          new TableReport.Comparison(
              count,
              byteNoise,
              ofChosen.error(ofWords),
              ofWords.agreement(expected),
              ofChosen.agreement(expected));
      if (comparison.willDo()) {
        return new Result(chosen, TableReport.of(chosen, Optional.of(comparison)));
      }
      largestNoise /= 2;
    }
  }

  /**
   * Returns the network with the scores before its softmax as the only output. Probabilities answer
   * to the absolute size of scores: the same noise moves those of one network not at all and those
   * of another one far.
   */
  private static Graph scores(Graph graph) {
    return new Graph(
        graph.input(),
        graph.inputShape(),
        graph.nodes(),
        List.of(Logits.of(graph)),
        graph.metadata());
  }

  private Answers answers(List<Node> nodes, int count) {
    return Answers.of(scores(original.withNodes(nodes)), images, count, WayChoice.LOOKUP, threads);
  }

  /** Returns the layers that may have 8-bit tables, those first that gain most for their noise. */
  private List<Candidate> candidates() {
    int count = Math.min(IMAGES_FOR_NOISE, images.count());
    Answers quiet = answers(words, count);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      if (!words.get(i).equals(bytes.get(i))) {
        progress.accept("choosing tables: " + words.get(i).name());
        List<Node> nodes = new ArrayList<>(words);
        nodes.set(i, bytes.get(i));
        double noise = answers(nodes, count).squaredError(quiet);
        candidates.add(new Candidate(i, noise, lookups(words.get(i))));
      }
    }
    candidates.sort(Comparator.comparingDouble(layer -> layer.noise / layer.lookups));
    return candidates;
  }

  private double lookups(Node node) {
    Convolution layer = (Convolution) node.operator();
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return (double) original.shape(node.output()).count()
        * weights.kernelPositions()
        * weights.subspaces();
  }

  /** Returns the network with 8-bit tables where their noise, in this order, adds up to no more. */
  private List<Node> withBytes(List<Candidate> candidates, double largestNoise) {
    List<Node> nodes = new ArrayList<>(words);
    double noise = 0;
    for (Candidate layer : candidates) {
      if (noise + layer.noise <= largestNoise) {
        noise += layer.noise;
        nodes.set(layer.node, bytes.get(layer.node));
      }
    }
    return nodes;
  }
}
