package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.WayRace;
import org.qcnn.engine.Model;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.NativeKernels;
import org.qcnn.kernel.Way;

/**
 * Compares the estimates of {@link ConvolutionCost} with measurements, layer by layer, and fits the
 * rates anew. Arguments: an instruction set, the data folder, and where the figures go.
 */
public final class CostModel {
  private static final int RUNS = 101;

  private static final int[][] SETTINGS = {{8, 128}, {6, 128}, {4, 64}, {3, 64}, {2, 64}, {2, 32}};

  private final String instructionSet;
  private final NativeKernels kernels;
  private final ConvolutionCost cost;
  private final List<CostedLayer> layers = new ArrayList<>();
  private final List<Whole> networks = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  /** Everything about one run of this program. */
  record Results(
      Machine machine, String instructionSet, List<CostedLayer> layers, List<Whole> networks) {}

  /** A network of the data folder as a whole, as its model would run and dense. */
  record Whole(String network, RandomQuantization quantization, Map<String, Times> times) {}

  private CostModel(String instructionSet) {
    this.instructionSet = instructionSet;
    this.kernels = NativeKernels.forInstructionSet(instructionSet);
    this.cost = new ConvolutionCost(instructionSet);
  }

  /** Measures, prints tables and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException {
    CostModel model = new CostModel(arguments[0]);
    List<CostedNetwork> networks = new ArrayList<>(CostedNetwork.singleLayers());
    networks.addAll(CostedNetwork.real(Path.of(arguments[1])));
    networks.addAll(CostedNetwork.zoo());
    System.out.println(CostedLayer.heading());
    for (CostedNetwork network : networks) {
      for (int[] setting : SETTINGS) {
        for (int bits : new int[] {16, 8}) {
          model.measure(network, new RandomQuantization(setting[0], setting[1], bits));
        }
      }
    }
    new CostSummary(model.layers).print();
    ResultFile.write(
        Path.of(arguments[2]),
        new Results(Machine.here(), model.instructionSet, model.layers, model.networks));
  }

  private void measure(CostedNetwork network, RandomQuantization quantization) {
    Graph graph = quantization.quantize(network.graph());
    Map<String, Map<Way, Double>> times =
        WayRace.run(graph, kernels, seconds(graph), CompressionProgress.NONE);
    for (Node node : graph.nodes()) {
      if (times.containsKey(node.name())) {
        CostedLayer layer =
            CostedLayer.of(network.name(), graph, node, quantization, times.get(node.name()), cost);
        if (seen.add(layer.shape() + quantization)) {
          layers.add(layer);
          System.out.println(layer);
        }
      }
    }
    if (network.isReal()) {
      networks.add(whole(network, graph, quantization));
    }
  }

  private static double seconds(Graph graph) {
    return graph.nodes().size() == 1 ? 0.1 : 1;
  }

  /** A network as chosen must not be slower than the original one. */
  private Whole whole(CostedNetwork network, Graph graph, RandomQuantization quantization) {
    FloatBuffer image = RandomImage.direct(graph.inputShape().count(), 1);
    try (Model chosen = Model.of(graph, kernels, WayChoice.AUTOMATIC);
        Model dense = Model.of(network.graph(), kernels);
        EngineContestant first = new EngineContestant("as chosen", chosen, 1, image);
        EngineContestant second = new EngineContestant("dense", dense, 1, image)) {
      Map<String, Times> times = Turns.measure(List.of(first, second), RUNS);
      double ratio =
          times.get("as chosen").lowerQuartileMs() / times.get("dense").lowerQuartileMs();
      System.out.printf(
          Locale.ROOT,
          "%s %s as a whole: as chosen %s, dense %s: %.2f of it%s%n",
          network.name(),
          quantization,
          times.get("as chosen"),
          times.get("dense"),
          ratio,
          ratio > 1.05 ? " SLOWER THAN DENSE" : "");
      return new Whole(network.name(), quantization, times);
    }
  }
}
