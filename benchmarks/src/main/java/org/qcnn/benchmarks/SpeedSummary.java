package org.qcnn.benchmarks;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/**
 * Sums up what {@code qcnn benchmark --json} measured: the whole network and its convolutions alone
 * against im2col + OpenBLAS. Arguments: where the summary goes, then for each measurement the
 * compressed network and the JSON file.
 */
public final class SpeedSummary {
  private SpeedSummary() {}

  /** The part of the JSON file that is needed here. */
  record Measurement(
      String kernels, int threads, double medianMs, Reference reference, List<Layer> layers) {}

  /** The dense network, in the JSON file. */
  record Reference(double openblasMedianMs, String openblasCoreType) {}

  /** One layer, in the JSON file; without our time if the convolution before it does it, too. */
  record Layer(String name, Double ms, double openblasMs) {}

  /** Everything about one run of this program. */
  record Summary(Machine machine, List<Speed> measurements) {}

  /** One measurement. */
  record Speed(
      String network,
      String kernels,
      String openblasCoreType,
      int threads,
      Ratio whole,
      Ratio convolutions) {}

  /** Our time, that of OpenBLAS, and how many times as fast we are. */
  record Ratio(double ms, double openblasMs, double speedUp) {
    static Ratio of(double ms, double openblasMs) {
      return new Ratio(ms, openblasMs, openblasMs / ms);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%8.2f %8.2f %5.2fx", ms, openblasMs, speedUp);
    }
  }

  /** Prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException {
    List<Speed> speeds = new ArrayList<>();
    for (int i = 1; i + 1 < arguments.length; i += 2) {
      speeds.add(speed(Path.of(arguments[i]), Path.of(arguments[i + 1])));
    }
    System.out.printf(
        "%-18s %-15s %-9s %-24s %s%n",
        "milliseconds", "kernels", "OpenBLAS", "  whole network", "  convolutions alone");
    for (Speed speed : speeds) {
      System.out.printf(
          "%-18s %-15s %-9s %s  %s%n",
          speed.network(),
          speed.kernels(),
          speed.openblasCoreType() == null ? "its best" : speed.openblasCoreType(),
          speed.whole(),
          speed.convolutions());
    }
    ResultFile.write(Path.of(arguments[0]), new Summary(Machine.here(), speeds));
  }

  private static Speed speed(Path network, Path json) throws IOException {
    Measurement measured =
        new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create()
            .fromJson(Files.readString(json), Measurement.class);
    Graph graph = OnnxReader.read(network, ImportOptions.DEFAULT);
    Set<String> convolutions =
        graph.nodes().stream()
            .filter(node -> node.operator() instanceof Convolution)
            .map(Node::name)
            .collect(Collectors.toSet());
    List<Layer> layers =
        measured.layers().stream().filter(layer -> convolutions.contains(layer.name())).toList();
    return new Speed(
        network.getFileName().toString().replace(".onnx", ""),
        measured.kernels(),
        measured.reference().openblasCoreType(),
        measured.threads(),
        Ratio.of(measured.medianMs(), measured.reference().openblasMedianMs()),
        Ratio.of(sum(layers, Layer::ms), sum(layers, Layer::openblasMs)));
  }

  private static double sum(List<Layer> layers, ToDoubleFunction<Layer> milliseconds) {
    return layers.stream().mapToDouble(milliseconds).sum();
  }
}
