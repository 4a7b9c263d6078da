package org.qcnn.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/** How a {@link Model} chooses the {@link Way} of its quantized convolutions. */
public enum WayChoice {
  /**
   * Each layer the way that is faster: as measured by {@code qcnn compress --tune} if the file says
   * so for these kernels and images of this size, otherwise as the kernels estimate.
   */
  AUTOMATIC,

  /** All by lookup tables: small, and the same integers on every machine. */
  LOOKUP,

  /** All as dense convolutions, whose decoded weights take as much memory as the original ones. */
  DENSE;

  /** The system property that forces {@code lookup} or {@code dense}, for tests and measuring. */
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
        "the system property " + PROPERTY + " must be automatic, lookup or dense, not " + wanted);
  }

  /**
   * Returns the way of each quantized convolution by the name of its node, in running order.
   *
   * @throws org.qcnn.graph.GraphException if the network carries a malformed tuning
   */
  public Map<String, Way> ways(Graph graph, KernelSet kernels) {
    Map<String, Tuning.Layer> tuned = this == AUTOMATIC ? tuned(graph, kernels) : Map.of();
    Map<String, Way> ways = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (!isQuantizedConvolution(node)) {
        continue;
      }
      Tuning.Layer known = tuned.get(node.name());
      ways.put(node.name(), known == null ? way(graph, node, kernels) : known.way);
    }
    return ways;
  }

  /** Returns what was measured for these kernels and images of this size. */
  private static Map<String, Tuning.Layer> tuned(Graph graph, KernelSet kernels) {
    Tuning tuning = Tuning.of(graph);
    return tuning != null && tuning.isFor(kernels.description(), graph)
        ? tuning.layers()
        : Map.of();
  }

  private Way way(Graph graph, Node node, KernelSet kernels) {
    switch (this) {
      case LOOKUP:
        return Way.LOOKUP;
      case DENSE:
        return Way.DENSE;
      default:
        return kernels.fasterWay((Convolution) node.operator(), graph.shape(node.inputs().get(0)));
    }
  }

  private static boolean isQuantizedConvolution(Node node) {
    return node.operator() instanceof Convolution
        && node.operator().weights() instanceof QuantizedWeights;
  }
}
