package org.qcnn.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.qcnn.benchmarks.int8.Int8Format;
import org.qcnn.benchmarks.int8.Int8Quantizer;
import org.qcnn.engine.Model;
import org.qcnn.graph.Graph;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/**
 * Times compressed networks on our engine against the original ones in ONNX Runtime, in floats and
 * in 8-bit integers; everything on one thread, in turns. Arguments: the folder of zoo.sh, and where
 * the figures go.
 */
public final class OnnxRuntimeSpeed {
  private static final int RUNS = 31;
  private static final int CALIBRATION_IMAGES = 8;
  private static final String LOOKUP = "qcnn";
  private static final String FLOAT = "onnxruntime-fp32";
  private static final String INT8 = "onnxruntime-int8-";

  private OnnxRuntimeSpeed() {}

  /** Everything about one run of this program. */
  record Results(
      Machine machine,
      String onnxRuntime,
      String onnxRuntimeSettings,
      int threads,
      List<Comparison> networks) {}

  /** One network; a ratio of two says that ONNX Runtime takes twice our time. */
  record Comparison(
      String network,
      Map<String, Times> engines,
      String fastestInt8,
      double int8Ratio,
      double int8Floor,
      double floatRatio,
      double floatFloor) {}

  /** Measures, prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException, OrtException {
    Path folder = Path.of(arguments[0]);
    List<Comparison> comparisons = new ArrayList<>();
    for (ComparedNetwork network : ComparedNetwork.values()) {
      Comparison comparison = compare(network, folder);
      print(comparison);
      comparisons.add(comparison);
    }
    ResultFile.write(
        Path.of(arguments[1]),
        new Results(
            Machine.here(),
            OrtEnvironment.getEnvironment().getVersion(),
            OnnxRuntimeContestant.SETTINGS,
            1,
            comparisons));
  }

  private static Comparison compare(ComparedNetwork network, Path folder)
      throws IOException, OrtException {
    quantize(network, folder);
    Map<String, Times> times = measure(network, folder);
    String fastest =
        times.keySet().stream()
            .filter(name -> name.startsWith(INT8))
            .min((one, other) -> Double.compare(median(times, one), median(times, other)))
            .orElseThrow();
    return new Comparison(
        network.title(),
        times,
        fastest,
        median(times, fastest) / median(times, LOOKUP),
        network.int8Floor,
        median(times, FLOAT) / median(times, LOOKUP),
        network.floatFloor);
  }

  private static double median(Map<String, Times> times, String name) {
    return times.get(name).medianMs();
  }

  /** Writes the network in every 8-bit format: which one is fastest depends on the machine. */
  private static void quantize(ComparedNetwork network, Path folder)
      throws IOException, OrtException {
    Path original = network.original(folder);
    int pixels = OnnxReader.read(original, ImportOptions.DEFAULT).inputShape().count();
    List<float[]> images = new ArrayList<>();
    for (int seed = 0; seed < CALIBRATION_IMAGES; seed++) {
      images.add(RandomImage.values(pixels, seed));
    }
    Int8Quantizer quantizer = Int8Quantizer.calibrate(original, images);
    for (Int8Format format : Int8Format.values()) {
      quantizer.write(network.quantized(folder, format.toString()), format);
    }
  }

  private static Map<String, Times> measure(ComparedNetwork network, Path folder)
      throws IOException, OrtException {
    List<Contestant> contestants = new ArrayList<>();
    try (Model model = Model.load(network.compressed(folder))) {
      Graph graph = model.graph();
      int classes = graph.shape(graph.outputs().get(0)).count();
      FloatBuffer image = RandomImage.direct(graph.inputShape().count(), CALIBRATION_IMAGES);
      contestants.add(new EngineContestant(LOOKUP, model, 1, image));
      for (Map.Entry<String, Path> file : rivals(network, folder).entrySet()) {
        contestants.add(
            new OnnxRuntimeContestant(
                file.getKey(), file.getValue(), graph.inputShape(), image, classes));
      }
      return Turns.measure(contestants, RUNS);
    } finally {
      contestants.forEach(Contestant::close);
    }
  }

  private static Map<String, Path> rivals(ComparedNetwork network, Path folder) {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put(FLOAT, network.original(folder));
    for (Int8Format format : Int8Format.values()) {
      files.put(INT8 + format, network.quantized(folder, format.toString()));
    }
    return files;
  }

  private static void print(Comparison comparison) {
    System.out.println(comparison.network());
    comparison.engines().forEach((name, times) -> System.out.printf("  %-22s %s%n", name, times));
    System.out.printf(
        Locale.ROOT,
        "  against int8 %.2fx (floor %.1fx), against fp32 %.2fx (floor %.1fx)%n",
        comparison.int8Ratio(),
        comparison.int8Floor(),
        comparison.floatRatio(),
        comparison.floatFloor());
  }
}
