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

/** Measures on the machine at hand which way of its quantized convolutions is fastest. */
public final class Tuner {
  private static final double SECONDS = 3;

  private Tuner() {}

  /** Returns what a race of some seconds on the calling thread says about a network. */
  public static Tuning tune(Graph graph, KernelSet kernels, CompressionProgress progress) {
    Map<String, Map<Way, Double>> times = WayRace.run(graph, kernels, SECONDS, progress);
    Map<String, Tuning.Layer> layers = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      Map<Way, Double> measured = times.get(node.name());
      if (measured != null) {
        Way way = ConvolutionCost.fastest((Convolution) node.operator(), measured);
        layers.put(node.name(), new Tuning.Layer(way, measured));
      }
    }
    return new Tuning(kernels.description(), graph.inputShape(), layers);
  }
}
