package org.qcnn.compression;

import java.util.LinkedHashMap;
import java.util.Map;
import org.qcnn.engine.Tuning;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/** Measures on the machine at hand which quantized convolutions are faster dense. */
public final class Tuner {
  private static final double SECONDS = 3;

  private Tuner() {}

  /** Returns what a race of some seconds on the calling thread says about a network. */
  public static Tuning tune(Graph graph, KernelSet kernels, CompressionProgress progress) {
    Map<String, WayRace.Times> times = WayRace.run(graph, kernels, SECONDS, progress);
    Map<String, Tuning.Layer> layers = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      WayRace.Times measured = times.get(node.name());
      if (measured != null) {
        Way way =
            ConvolutionCost.faster(
                (Convolution) node.operator(), measured.lookup(), measured.dense());
        layers.put(node.name(), new Tuning.Layer(way, measured.lookup(), measured.dense()));
      }
    }
    return new Tuning(kernels.description(), graph.inputShape(), layers);
  }
}
