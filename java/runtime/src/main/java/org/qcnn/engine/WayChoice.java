package org.qcnn.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.FusedConvolution;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;

/** How a {@link Model} chooses the {@link Way} of its quantized convolutions. */
public enum WayChoice {
  /**
   * Each layer the way that is fastest: as measured by {@code qcnn compress --tune} if the file
   * says so for these kernels and images of this size, otherwise as the kernels estimate; and less
   * what is saved where a layer's output can be handed over to the next one.
   */
  AUTOMATIC,

  /** All by lookup tables: small, and the same integers on every machine. */
  LOOKUP,

  /**
   * By products where an output has at most 65,536 of them, or 32,768 of 16-bit operands, otherwise
   * by lookup tables.
   */
  PRODUCTS,

  /** All as dense convolutions, whose decoded weights take as much memory as the original ones. */
  DENSE;

  /** The system property that forces one of the others, for tests and measuring. */
  public static final String PROPERTY = "qcnn.way";

  /**
   * Returns the choice that {@link #PROPERTY} names, otherwise the automatic one.
   *
   * @throws KernelException if the property names none
   */
  public static WayChoice byProperty() {
    String wanted = System.getProperty(PROPERTY, "automatic");
    for (WayChoice choice : values()) {
      if (choice.name().equalsIgnoreCase(wanted)) {
        return choice;
      }
    }
    throw new KernelException(
        "the system property "
            + PROPERTY
            + " must be automatic, lookup, products or dense, not "
            + wanted);
  }

  /**
   * Returns the way of each quantized convolution by the name of its node, in running order.
   *
   * @throws org.qcnn.graph.GraphException if the network carries a malformed tuning
   * @throws KernelException if products are wanted and the kernels have none for any layer
   */
  public Map<String, Way> ways(Graph graph, KernelSet kernels) {
    Map<String, Tuning.Layer> tuned = this == AUTOMATIC ? tuned(graph, kernels) : Map.of();
    Map<String, Way> ways = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (!isQuantizedConvolution(node)) {
        continue;
      }
      Tuning.Layer known = tuned.get(node.name());
      ways.put(node.name(), known != null ? known.way : way(graph, node, kernels));
    }
    if (this == AUTOMATIC) {
      handOver(graph, kernels, tuned, ways, Way.LOOKUP);
      handOver(graph, kernels, tuned, ways, Way.PRODUCTS);
    }
    if (this == PRODUCTS && !ways.isEmpty() && !ways.containsValue(Way.PRODUCTS)) {
      throw new KernelException(
          kernels.description()
              + " computes no convolution of this network by products, which takes an instruction set"
              + " that multiplies bytes and at most 32768 products for an output");
    }
    return ways;
  }

  /**
   * Takes dense layers whose outputs could be handed over to a layer of this way to that way, if it
   * is faster then.
   */
  private static void handOver(
      Graph graph,
      KernelSet kernels,
      Map<String, Tuning.Layer> tuned,
      Map<String, Way> ways,
      Way way) {
    if (!ways.containsValue(Way.DENSE) || !ways.containsValue(way)) {
      return;
    }
    Fusion fusion = new Fusion(graph, kernels);
    List<PlannedStep> steps = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Way asked = ways.getOrDefault(node.name(), Way.LOOKUP);
      if (asked == Way.DENSE) {
        asked = way == Way.PRODUCTS && multiplies(graph, node, kernels) ? way : Way.LOOKUP;
      }
      steps.add(new PlannedStep(node, node.operator(), operands(graph, node), asked));
    }
    steps = fusion.pool(steps);
    int[] readers = fusion.readers(steps);
    // From the last one on: who reads what may have changed its way by then.
    for (int i = readers.length - 1; i >= 0; i--) {
      String name = steps.get(i).node.name();
      if (readers[i] >= 0
          && ways.get(name) == Way.DENSE
          && ways.get(steps.get(readers[i]).node.name()) == way) {
        FusedConvolution convolution = steps.get(i).convolution;
        ways.put(name, handingOver(convolution, way, tuned.get(name), kernels.cost().get()));
      }
    }
  }

  private static List<Operand> operands(Graph graph, Node node) {
    List<Operand> operands = new ArrayList<>();
    for (String input : node.inputs()) {
      operands.add(Operand.perImage(graph.shape(input)));
    }
    return operands;
  }

  /**
   * Returns the way of a layer that can hand its output over; known: what was measured, or null.
   */
  private static Way handingOver(
      FusedConvolution convolution, Way way, Tuning.Layer known, ConvolutionCost cost) {
    Convolution layer = convolution.layer();
    Shape input = convolution.inputs().get(0).shape();
    Map<Way, Double> times =
        new EnumMap<>(known == null ? cost.milliseconds(layer, input) : known.milliseconds());
    double part = cost.handingOver(layer, input, convolution.outputShape(), way);
    times.computeIfPresent(way, (same, time) -> part * time);
    return ConvolutionCost.fastest(layer, times);
  }

  /**
   * Returns what was measured for these kernels and images of this size; without layers that were
   * measured by products and these kernels do not compute so, or the other way round: other layers,
   * or older kernels.
   */
  private static Map<String, Tuning.Layer> tuned(Graph graph, KernelSet kernels) {
    Tuning tuning = Tuning.of(graph);
    if (tuning == null || !tuning.isFor(kernels.description(), graph)) {
      return Map.of();
    }
    Map<String, Tuning.Layer> layers = new LinkedHashMap<>(tuning.layers());
    for (Node node : graph.nodes()) {
      Tuning.Layer layer = layers.get(node.name());
      if (layer != null
          && isQuantizedConvolution(node)
          && layer.milliseconds().containsKey(Way.PRODUCTS) != multiplies(graph, node, kernels)) {
        layers.remove(node.name());
      }
    }
    return layers;
  }

  private Way way(Graph graph, Node node, KernelSet kernels) {
    Convolution layer = (Convolution) node.operator();
    Shape input = graph.shape(node.inputs().get(0));
    switch (this) {
      case LOOKUP:
        return Way.LOOKUP;
      case PRODUCTS:
        return multiplies(graph, node, kernels) ? Way.PRODUCTS : Way.LOOKUP;
      case DENSE:
        return Way.DENSE;
      default:
        return kernels.fastestWay(layer, input);
    }
  }

  private static boolean multiplies(Graph graph, Node node, KernelSet kernels) {
    return kernels.multiplies((Convolution) node.operator(), graph.shape(node.inputs().get(0)));
  }

  private static boolean isQuantizedConvolution(Node node) {
    return node.operator() instanceof Convolution
        && node.operator().weights() instanceof QuantizedWeights;
  }
}
