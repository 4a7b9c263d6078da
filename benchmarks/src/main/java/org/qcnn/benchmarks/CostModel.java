package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.WayRace;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.ConvolutionCost;
import org.qcnn.kernel.DenseWork;
import org.qcnn.kernel.LookupWork;
import org.qcnn.kernel.NativeKernels;
import org.qcnn.tensor.Shape;

/** Draft. */
public final class CostModel {
  private CostModel() {}

  record Layer(
      String network,
      String layer,
      String setting,
      int tableBits,
      String shape,
      double lookupMs,
      double denseMs,
      double lookupPredictedMs,
      double densePredictedMs,
      double[] lookupCounts,
      double[] denseCounts) {}

  /** Measures. */
  public static void main(String[] arguments) throws IOException {
    String isa = arguments[0];
    NativeKernels kernels = NativeKernels.forInstructionSet(isa);
    ConvolutionCost cost = new ConvolutionCost(isa);
    Set<String> seen = new HashSet<>();
    List<Layer> layers = new ArrayList<>();
    boolean scalar = isa.equals("scalar");
    double seconds = Double.parseDouble(arguments[3]);
    for (Map.Entry<String, Graph> network :
        CostNetworks.all(Path.of(arguments[2]), scalar).entrySet()) {
      for (int bits : new int[] {16, 8}) {
        for (int[] s : new int[][] {{8, 128}, {2, 64}, {2, 32}, {6, 128}, {4, 64}, {3, 64}}) {
          if ((network.getKey().startsWith("vgg") && s[0] != 6)
              || (s[0] == 6 && !network.getKey().startsWith("vgg"))) {
            continue;
          }
          RandomQuantization q = new RandomQuantization(s[0], s[1], bits);
          Graph graph = q.quantize(network.getValue());
          Map<String, WayRace.Times> times =
              WayRace.run(graph, kernels, seconds, CompressionProgress.NONE);
          for (Node node : graph.nodes()) {
            WayRace.Times t = times.get(node.name());
            if (t == null) {
              continue;
            }
            Convolution c = (Convolution) node.operator();
            Shape in = graph.shape(node.inputs().get(0));
            String shape =
                c.weights().shape()
                    + " on "
                    + in
                    + " /"
                    + c.window().strideHeight
                    + " g"
                    + c.groups();
            if (!seen.add(shape + q)) {
              continue;
            }
            Layer l =
                new Layer(
                    network.getKey(),
                    node.name(),
                    s[0] + "/" + s[1],
                    bits,
                    shape,
                    t.lookup(),
                    t.dense(),
                    cost.lookupMilliseconds(c, in),
                    cost.denseMilliseconds(c, in),
                    cost.lookupWork(c, in).counts(),
                    new DenseWork(c, in).counts());
            layers.add(l);
            System.out.printf(
                Locale.ROOT,
                "%-10s %-28s %-40s %6s %2d  %8.4f %8.4f  %8.4f %8.4f%n",
                l.network,
                l.layer,
                l.shape,
                l.setting,
                bits,
                l.lookupMs,
                l.denseMs,
                l.lookupPredictedMs,
                l.densePredictedMs);
          }
        }
      }
    }
    ResultFile.write(Path.of(arguments[1]), layers);
    System.out.println(LookupWork.NAMES);
  }
}
