package org.qcnn.compression;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.qcnn.data.ImageSource;
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
  // 16-bit table takes longer: 6 cycles for 1024 and 1 for 64 on AVX-512.
  private static final double PRODUCT = 0.4;
  // The sum of squares foretells noise within this factor, mostly; the last attempts differ by 12
  // %.
  private static final double UNCERTAINTY = 6;
  private static final int ATTEMPTS = 5;

  private final Graph original;
  private final List<LayerVersions> versions;
  private final List<Node> words;
  private final ImageSource images;
  private final int threads;
  private final Consumer<String> progress;

  /** A version of a layer: the noise it adds, squared, and the time that it saves, in look-ups. */
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
    this.words = LayerVersions.nodes(versions, LayerVersions::words);
    this.images = images;
    this.threads = threads;
    this.progress = progress;
  }

  /** Chooses: the noisiest tables that will do. */
  Result choose() {
    progress.accept("choosing tables");
    TableNoise ofSome = noise(IMAGES_FOR_NOISE);
    List<Candidate> candidates = candidates(ofSome);
    double allowance =
        Math.max(0, Math.pow(TableReport.LARGEST_NOISE, 2) - ofSome.squaredOfWords());

    TableNoise noise = noise(LARGEST_IMAGES);
    Answers expected = noise.scores(original.nodes());
    double byteNoise = noise.of(noise.scores(LayerVersions.nodes(versions, LayerVersions::bytes)));
    List<Node> best = words;
    TableReport.Comparison ofBest = compare(noise, noise.ofWords(), byteNoise, expected);
    double willDo = allowance / UNCERTAINTY;
    double tooMuch = allowance * UNCERTAINTY;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double between = Math.sqrt(willDo * tooMuch);
      List<Node> chosen = chosen(candidates, between);
      TableReport.Comparison comparison = compare(noise, noise.scores(chosen), byteNoise, expected);
      if (comparison.willDo()) {
        best = chosen;
        ofBest = comparison;
        willDo = between;
      } else {
        tooMuch = between;
      }
    }
    return new Result(best, TableReport.of(best, Optional.of(ofBest)));
  }

  private TableNoise noise(int largestCount) {
    int count = Math.min(largestCount, images.count());
    return new TableNoise(original, words, images, count, threads);
  }

  private static TableReport.Comparison compare(
      TableNoise noise, Answers chosen, double byteNoise, Answers expected) {
    return new TableReport.Comparison(
        chosen.count(),
        noise.of(noise.ofWords()),
        byteNoise,
        noise.of(chosen),
        noise.ofWords().agreement(expected),
        chosen.agreement(expected));
  }

  /** Returns all versions that may be chosen, those first that gain most for their noise. */
  private List<Candidate> candidates(TableNoise noise) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      LayerVersions of = versions.get(i);
      if (of.equals(LayerVersions.of(of.words()))) {
        continue;
      }
      progress.accept("choosing tables: " + of.words().name());
      double building = PRODUCT * products(of.words());
      if (!of.wordsOfBytes().equals(of.words())) {
        double squared = noise.squaredOf(i, of.wordsOfBytes());
        candidates.add(new Candidate(i, of.wordsOfBytes(), squared, building));
      }
      if (!of.bytes().equals(of.words())) {
        double squared = noise.squaredOf(i, of.bytes());
        candidates.add(new Candidate(i, of.bytes(), squared, building + lookups(of.words())));
      }
    }
    candidates.sort(Comparator.comparingDouble(version -> version.noise / version.gain));
    return candidates;
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
