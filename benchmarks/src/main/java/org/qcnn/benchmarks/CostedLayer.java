package org.qcnn.benchmarks;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.DenseWork;
import org.qcnn.kernel.LookupWork;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;

/**
 * A quantized convolution, measured and estimated each way that there is, in milliseconds.
 *
 * @param shape weights on input, stride, groups
 * @param quantization Cs'/K and the bits of the tables
 * @param filtersSideBySide rather than positions, in vectors of the lookup kernels
 * @param lookupCounts as {@code LookupWork} has them
 * @param productsCounts as {@code ProductsWork} has them; empty where there are no products
 * @param denseCounts as {@code DenseWork} has them
 */
record CostedLayer(
    String network,
    String layer,
    String shape,
    RandomQuantization quantization,
    Map<Way, Double> measured,
    Map<Way, Double> estimated,
    Way chosen,
    boolean filtersSideBySide,
    List<Double> lookupCounts,
    List<Double> productsCounts,
    List<Double> denseCounts) {

  static CostedLayer of(
      String network,
      Graph graph,
      Node node,
      RandomQuantization quantization,
      Map<Way, Double> measured,
      ConvolutionCost cost) {
    Convolution layer = (Convolution) node.operator();
    Shape input = graph.shape(node.inputs().get(0));
    LookupWork work = cost.lookupWork(layer, input);
    String shape = layer.weights().shape() + " on " + input + " / " + layer.window().strideHeight;
    return new CostedLayer(
        network,
        node.name(),
        layer.groups() == 1 ? shape : shape + ", " + layer.groups() + " groups",
        quantization,
        measured,
        cost.milliseconds(layer, input),
        cost.fastest(layer, input),
        work.filtersSideBySide(),
        list(work.counts()),
        measured.containsKey(Way.PRODUCTS)
            ? list(cost.productsWork(layer, input).counts())
            : List.of(),
        list(new DenseWork(layer, input).counts()));
  }

  private static List<Double> list(double[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  /** Returns how many times as long the chosen way takes as the fastest one. */
  double regret() {
    return measured.get(chosen) / Collections.min(measured.values());
  }

  static String heading() {
    StringBuilder line =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%-10s %-42s %-15s",
                "network",
                "weights on input / stride",
                "Cs'/K, tables"));
    for (Way way : Way.values()) {
      line.append(String.format(Locale.ROOT, " %9s %9s", way, "estimate"));
    }
    return line + "  chosen";
  }

  @Override
  public String toString() {
    StringBuilder line =
        new StringBuilder(
            String.format(Locale.ROOT, "%-10s %-42s %-15s", network, shape, quantization));
    for (Way way : Way.values()) {
      line.append(' ').append(cell(measured.get(way))).append(' ').append(cell(estimated.get(way)));
    }
    return line + "  " + chosen;
  }

  private static String cell(Double milliseconds) {
    return milliseconds == null
        ? String.format(Locale.ROOT, "%9s", "-")
        : String.format(Locale.ROOT, "%9.4f", milliseconds);
  }
}
