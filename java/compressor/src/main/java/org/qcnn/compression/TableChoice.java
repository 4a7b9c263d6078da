package org.qcnn.compression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.gradient.Logits;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;

/**
 * Chooses which convolutions of a network get 8-bit lookup tables, and which of the others build
 * theirs from 8-bit operands: those that gain most for the noise that this adds to the network's
 * scores, as long as all of it together is small. The first layer, say, often adds more noise than
 * all the others.
 */
final class TableChoice {
  // Enough to see whether answers change, in a few seconds.
  private static final int LARGEST_IMAGES = 64;
  // Noise needs fewer: it is much the same for all images.
  private static final int IMAGES_FOR_NOISE = 16;
  // What a product of 16-bit operands takes longer than one of 8 bits, by what a look-up in a
  // 16-bit
  // table takes longer than one in an 8-bit table: 6 cycles for 1024 and 1 for 64 on AVX-512.
  private static final double PRODUCT = 0.4;
  // Noise of layers may add up to more than the root of the sum of squares.
  private static final int ATTEMPTS = 4;

  private final Graph original;
  private final List<LayerVersions> versions;
  private final List<Node> words;
  private final ImageSource images;
  private final int threads;
  private final Consumer<String> progress;

  /** A version of a layer: its noise, squared, and the time that it saves, in look-ups. */
  private record Candidate(int node, Node version, double noise, double gain) {}

  /** The nodes of the network with the tables that were chosen. */
  record Result(List<Node> nodes, TableReport report) {}

  /**
   * Prepares a choice.
   *
   * @param versions the nodes of the quantized network
   * @param progress told what is being done
   */
  TableChoice(
      Graph original,
      List<LayerVersions> versions,
      ImageSource images,
      int threads,
      Consumer<String> progress) {
    this.original = original;
    this.versions = List.copyOf(versions);
    this.words = nodes(LayerVersions::words);
    this.images = images;
    this.threads = threads;
    this.progress = progress;
  }

  private List<Node> nodes(Function<LayerVersions, Node> which) {
    return versions.stream().map(which).toList();
  }

  /** Chooses. */
  Result choose() {
    int count = Math.min(LARGEST_IMAGES, images.count());
    progress.accept("choosing tables");
    Answers expected = answers(original.nodes(), count);
    Answers ofWords = answers(words, count);
    double byteNoise = answers(nodes(LayerVersions::bytes), count).error(ofWords);
    List<Candidate> candidates = candidates();
    double largestNoise = Math.pow(TableReport.LARGEST_NOISE, 2);
    for (int attempt = 0; ; attempt++) {
      List<Node> chosen = attempt < ATTEMPTS ? chosen(candidates, largestNoise) : words;
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

  /** Returns all versions that may be chosen, those first that gain most for their noise. */
  private List<Candidate> candidates() {
    int count = Math.min(IMAGES_FOR_NOISE, images.count());
    Answers quiet = answers(words, count);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      LayerVersions of = versions.get(i);
      if (of.equals(LayerVersions.of(of.words()))) {
        continue;
      }
      progress.accept("choosing tables: " + of.words().name());
      double building = PRODUCT * products(of.words());
      add(candidates, i, of.wordsOfBytes(), building, quiet, count);
      add(candidates, i, of.bytes(), building + lookups(of.words()), quiet, count);
    }
    candidates.sort(Comparator.comparingDouble(version -> version.noise / version.gain));
    return candidates;
  }

  private void add(
      List<Candidate> candidates, int node, Node version, double gain, Answers quiet, int count) {
    if (!version.equals(words.get(node))) {
      List<Node> nodes = new ArrayList<>(words);
      nodes.set(node, version);
      candidates.add(new Candidate(node, version, answers(nodes, count).squaredError(quiet), gain));
    }
  }

  private double lookups(Node node) {
    Convolution layer = (Convolution) node.operator();
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return (double) original.shape(node.output()).count()
        * weights.kernelPositions()
        * weights.subspaces();
  }

  /** Returns how many inputs are multiplied with elements of sub-codewords. */
  private double products(Node node) {
    QuantizedWeights weights = (QuantizedWeights) node.operator().weights();
    return (double) original.shape(node.inputs().get(0)).count() * weights.subCodewords();
  }

  /** Returns the network with those versions whose noise, in this order, adds up to no more. */
  private List<Node> chosen(List<Candidate> candidates, double largestNoise) {
    List<Node> nodes = new ArrayList<>(words);
    Map<Integer, Candidate> taken = new HashMap<>();
    Candidate none = new Candidate(0, null, 0, 0);
    double noise = 0;
    for (Candidate next : candidates) {
      Candidate before = taken.getOrDefault(next.node, none);
      double instead = noise - before.noise + next.noise;
      if (next.gain > before.gain && instead <= largestNoise) {
        noise = instead;
        taken.put(next.node, next);
        nodes.set(next.node, next.version);
      }
    }
    return nodes;
  }
}
