package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures how fast quantized fully-connected layers read their codes, beside memcpy of as many
 * bytes, in turns. Argument: where the figures go.
 */
public final class FullyConnectedBandwidth {
  private static final int RUNS = 101;

  private FullyConnectedBandwidth() {}

  /** Everything about one run of this program. */
  record Results(Machine machine, List<Bandwidth> layers) {}

  /** One layer; bandwidths count every byte of codes once. */
  record Bandwidth(
      String layer,
      int inputs,
      int outputs,
      long codeBytes,
      Map<String, Times> times,
      double runGigabytesPerSecond,
      double memcpyGigabytesPerSecond) {}

  /** Measures, prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException {
    List<Bandwidth> layers =
        List.of(measure("AlexNet fc6", 9216, 4096), measure("VGG-16 fc6", 25088, 4096));
    for (Bandwidth layer : layers) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f MB of codes at %.1f GB/s, memcpy %.1f GB/s; %s%n",
          layer.layer(),
          layer.codeBytes() / 1e6,
          layer.runGigabytesPerSecond(),
          layer.memcpyGigabytesPerSecond(),
          layer.times());
    }
    ResultFile.write(Path.of(arguments[0]), new Results(Machine.here(), layers));
  }

  private static Bandwidth measure(String name, int inputs, int outputs) {
    try (FullyConnectedStages layer = new FullyConnectedStages(inputs, outputs);
        MemoryCopy copy = new MemoryCopy(layer.codeBytes())) {
      List<Contestant> contestants = new ArrayList<>(layer.stages());
      contestants.add(copy);
      Map<String, Times> times = Turns.measure(contestants, RUNS);
      return new Bandwidth(
          name,
          inputs,
          outputs,
          layer.codeBytes(),
          times,
          gigabytesPerSecond(layer.codeBytes(), times.get(FullyConnectedStages.RUN)),
          gigabytesPerSecond(layer.codeBytes(), times.get(copy.name())));
    }
  }

  private static double gigabytesPerSecond(long bytes, Times times) {
    return bytes / times.medianMs() / 1e6;
  }
}
