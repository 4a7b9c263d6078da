package org.qcnn.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.qcnn.compression.WayRace;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.DenseWork;
import org.qcnn.kernel.LookupWork;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;

/**
 * A quantized convolution, measured and estimated both ways, in milliseconds.
 *
 * @param shape weights on input, stride, groups
 * @param quantization Cs'/K and the bits of the tables
 * @param filtersSideBySide rather than positions, in vectors of the lookup kernels
 * @param lookupCounts as {@code LookupWork} has them
 * @param denseCounts as {@code DenseWork} has them
 */
record CostedLayer(
    String network,
    String layer,
    String shape,
    RandomQuantization quantization,
    double lookupMs,
    double lookupEstimateMs,
    double denseMs,
    double denseEstimateMs,
    Way chosen,
    boolean filtersSideBySide,
    List<Double> lookupCounts,
    List<Double> denseCounts) {

  static CostedLayer of(
      String network,
      Graph graph,
      Node node,
      RandomQuantization quantization,
      WayRace.Times times,
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
        times.lookup(),
        cost.lookupMilliseconds(layer, input),
        times.dense(),
        cost.denseMilliseconds(layer, input),
        cost.faster(layer, input),
        work.filtersSideBySide(),
        list(work.counts()),
        list(new DenseWork(layer, input).counts()));
  }

  private static List<Double> list(double[] counts) {
    return Arrays.stream(counts).boxed().toList();
  }

  double chosenMs() {
    return chosen == Way.DENSE ? denseMs : lookupMs;
  }

  /** Returns how many times as long the chosen way takes as the faster one. */
  double regret() {
    return chosenMs() / Math.min(lookupMs, denseMs);
  }

  static String heading() {
    return String.format(
        Locale.ROOT,
        "%-10s %-42s %-15s %9s %9s %9s %9s  %s",
        "network",
        "weights on input / stride",
        "Cs'/K, tables",
        "lookup",
        "estimate",
        "dense",
        "estimate",
        "chosen");
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%-10s %-42s %-15s %9.4f %9.4f %9.4f %9.4f  %s",
        network,
        shape,
        quantization,
        lookupMs,
        lookupEstimateMs,
        denseMs,
        denseEstimateMs,
        chosen);
  }
}
