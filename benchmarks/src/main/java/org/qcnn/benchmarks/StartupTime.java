package org.qcnn.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measures {@link FirstInference} of the compressed AlexNet in fresh virtual machines, in turns
 * with the native library still to be extracted from its jar and with it in JavaCPP's cache.
 * Arguments: the folder of zoo.sh, and where the figures go. The model is in the page cache.
 */
public final class StartupTime {
  private static final int STARTS = 15;

  /** What {@link FirstInference} prints, then what follows from it. */
  private static final List<String> STEPS =
      List.of("library", "read", "pack", "first_inference", "main_to_result", "process");

  /** The jars that a program which runs a network needs, and the folder of this class. */
  private static final Pattern RUNTIME =
      Pattern.compile(
          "classes|(qcnn|javacpp)-[0-9.]+(-SNAPSHOT)?(-linux-(x86_64|arm64|armhf))?\\.jar");

  private StartupTime() {}

  /** Everything about one run of this program. */
  record Results(
      Machine machine, Map<String, Times> cachedLibrary, Map<String, Times> extractedLibrary) {}

  /** Measures, prints a table and writes the same as JSON. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path model = ComparedNetwork.ALEXNET.compressed(Path.of(arguments[0]));
    Path warm = Files.createTempDirectory("qcnn-startup");
    long[][] cached = new long[STEPS.size()][STARTS];
    long[][] extracted = new long[STEPS.size()][STARTS];
    try {
      start(model, warm); // fills the cache
      for (int i = 0; i < STARTS; i++) {
        record(start(model, warm), cached, i);
        Path empty = Files.createTempDirectory("qcnn-startup");
        try {
          record(start(model, empty), extracted, i);
        } finally {
          delete(empty);
        }
      }
    } finally {
      delete(warm);
    }
    Results results = new Results(Machine.here(), times(cached), times(extracted));
    print("library in the cache", results.cachedLibrary());
    print("library to be extracted", results.extractedLibrary());
    ResultFile.write(Path.of(arguments[1]), results);
  }

  /** Returns the nanoseconds of all steps of one start. */
  private static long[] start(Path model, Path libraryCache)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.bytedeco.javacpp.cachedir=" + libraryCache,
            "-cp",
            runtimeClassPath(),
            FirstInference.class.getName(),
            model.toString());
    long start = System.nanoTime();
    Process process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the program to be measured failed: see above");
    }
    long whole = System.nanoTime() - start;
    long[] steps = Arrays.stream(output.strip().split(" ")).mapToLong(Long::parseLong).toArray();
    long[] all = Arrays.copyOf(steps, STEPS.size());
    all[steps.length] = Arrays.stream(steps).sum();
    all[steps.length + 1] = whole;
    return all;
  }

  /** Returns the part of our class path that goes onto a device. */
  private static String runtimeClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> RUNTIME.matcher(Path.of(entry).getFileName().toString()).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static void record(long[] steps, long[][] samples, int index) {
    for (int step = 0; step < steps.length; step++) {
      samples[step][index] = steps[step];
    }
  }

  private static Map<String, Times> times(long[][] samples) {
    Map<String, Times> times = new LinkedHashMap<>();
    for (int step = 0; step < samples.length; step++) {
      times.put(STEPS.get(step), Times.of(samples[step]));
    }
    return times;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void print(String heading, Map<String, Times> times) {
    System.out.println(heading);
    times.forEach((step, time) -> System.out.printf("  %-16s %s%n", step, time));
  }
}
