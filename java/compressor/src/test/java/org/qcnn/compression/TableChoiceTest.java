package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;
import org.qcnn.tensor.Shape;

/** A small network some of whose 8-bit tables are made so coarse that they spoil its answers. */
class TableChoiceTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  private static final ImageSource IMAGES =
      ImageSource.open("random:24", null, GRAPH.inputShape(), null);
  private static final List<Node> BYTES =
      Compressor.compress(
              GRAPH,
              IMAGES,
              CompressionSettings.DEFAULT
                  .withLayers(
                      Map.of("conv2", new LayerSetting(4, 16), "conv3", new LayerSetting(5, 16)))
                  .withTables(TableWidth.EIGHT),
              CompressionProgress.NONE)
          .graph()
          .nodes();

  private static final Node SOFTMAX =
      new Node("softmax", new Softmax(0, 0), List.of("fc2"), "softmax");
  private static final Node FLAT =
      new Node("flat", new Reshaping(Shape.of(10)), List.of("softmax"), "probabilities");

  private static List<Node> with(Predicate<String> which, Integer shift) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : BYTES) {
      if (which.test(node.name())
          && node.operator() instanceof Convolution layer
          && layer.weights() instanceof QuantizedWeights weights) {
        nodes.add(node.with(layer.with(shifted(weights, shift), layer.bias())));
      } else {
        nodes.add(node);
      }
    }
    return nodes;
  }

  private static QuantizedWeights shifted(QuantizedWeights weights, Integer shift) {
    if (shift == null) {
      return weights.with(weights.responseRange());
    }
    byte[] shifts = weights.tableShifts();
    Arrays.fill(shifts, shift.byteValue());
    return weights.with(weights.responseRange(), shifts, weights.inputBounds());
  }

  private static TableChoice.Result choose(List<Node> bytes) {
    return choose(GRAPH, with(name -> true, null), bytes);
  }

  private static TableChoice.Result choose(Graph original, List<Node> words, List<Node> bytes) {
    return choose(original, words, words, bytes);
  }

  private static TableChoice.Result choose(
      Graph original, List<Node> words, List<Node> wordsOfBytes, List<Node> bytes) {
    List<LayerVersions> versions = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      versions.add(new LayerVersions(words.get(i), wordsOfBytes.get(i), bytes.get(i)));
    }
    return new TableChoice(original, versions, IMAGES, 2, step -> {}).choose();
  }

  /** Returns the network with 16-bit tables of 8-bit operands. */
  private static List<Node> ofBytes() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : BYTES) {
      boolean quantized = node.operator() instanceof Convolution layer && isShifted(layer);
      nodes.add(quantized ? withoutShifts(node) : node);
    }
    return nodes;
  }

  private static boolean isShifted(Convolution layer) {
    return layer.weights() instanceof QuantizedWeights weights && weights.tableShifts().length > 0;
  }

  private static Node withoutShifts(Node node) {
    Convolution layer = (Convolution) node.operator();
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return node.with(
        layer.with(
            weights.with(weights.responseRange(), new byte[0], weights.inputBounds()),
            layer.bias()));
  }

  @Test
  void tablesThatAreTooCoarseMayStillBeBuiltFromBytes() {
    List<Node> coarse = with(name -> true, QuantizedWeights.MAX_TABLE_SHIFT);
    TableReport report = choose(GRAPH, with(name -> true, null), ofBytes(), coarse).report();
    assertEquals(0, report.byteLayers());
    assertEquals(report.layers(), report.operandLayers());
    double noise = report.comparison().orElseThrow().noise();
    assertTrue(noise > 0 && noise <= TableReport.LARGEST_NOISE, "noise " + noise);
  }

  private static List<Node> withSoftmax(List<Node> nodes) {
    List<Node> all = new ArrayList<>(nodes);
    all.add(SOFTMAX);
    all.add(FLAT);
    return all;
  }

  private static boolean hasBytes(List<Node> nodes, String name) {
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .map(node -> (QuantizedWeights) node.operator().weights())
        .anyMatch(weights -> weights.tableShifts().length > 0);
  }

  @Test
  void coarseTablesAreNotTaken() {
    TableChoice.Result result = choose(with(name -> true, QuantizedWeights.MAX_TABLE_SHIFT));
    assertEquals(0, result.report().byteLayers());
    assertTrue(result.report().comparison().orElseThrow().byteNoise() > TableReport.LARGEST_NOISE);
  }

  @Test
  void aCoarseLayerDoesNotKeepOthersFromFasterTables() {
    TableChoice.Result result = choose(with("conv2"::equals, QuantizedWeights.MAX_TABLE_SHIFT));
    assertTrue(!hasBytes(result.nodes(), "conv2") && hasBytes(result.nodes(), "conv3"));
    TableReport.Comparison comparison = result.report().comparison().orElseThrow();
    assertTrue(comparison.noise() > 0 && comparison.noise() <= TableReport.LARGEST_NOISE);
  }

  @Test
  void aSoftmaxAtTheEndDoesNotChangeTheChoice() {
    List<Node> words = with(name -> true, null);
    Graph original =
        new Graph(
            GRAPH.input(),
            GRAPH.inputShape(),
            withSoftmax(GRAPH.nodes()),
            List.of("probabilities"),
            Map.of());
    TableChoice.Result bare = choose(BYTES);
    TableChoice.Result ending = choose(original, withSoftmax(words), withSoftmax(BYTES));
    assertEquals(bare.report(), ending.report());
    assertEquals(withSoftmax(bare.nodes()), ending.nodes());
  }
}
