package org.qcnn.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.qcnn.kernel.KernelSet;

/**
 * Where figures were measured.
 *
 * @param cpu its model
 * @param vectors which of the instructions that matter here the processor has
 * @param processors those that this process may use
 * @param kernels what our engine computes with
 * @param loadAverage of the last minutes: what else the machine had to do
 */
public record Machine(
    String cpu,
    List<String> vectors,
    int processors,
    String system,
    String java,
    String qcnn,
    String kernels,
    String loadAverage) {
  private static final List<String> VECTORS =
      List.of("avx2", "avx_vnni", "avx512f", "avx512vbmi", "avx512_vnni", "amx_int8", "asimddp");
  private static final String UNKNOWN = "unknown";

  /** Returns this machine, now. */
  public static Machine here() {
    List<String> flags = Arrays.asList(description("flags").split(" "));
    String version = KernelSet.class.getPackage().getImplementationVersion();
    return new Machine(
        description("model name"),
        VECTORS.stream().filter(flags::contains).toList(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        version == null ? "development" : version,
        KernelSet.best().description(),
        lines(Path.of("/proc/loadavg")).stream().findFirst().orElse(UNKNOWN));
  }

  private static String description(String key) {
    return lines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith(key))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse(UNKNOWN);
  }

  /** Returns the lines of a file that only Linux has, elsewhere none. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException | UncheckedIOException notLinux) {
      return List.of();
    }
  }
}
