package org.qcnn.cli;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.qcnn.baseline.OpenBlasKernels;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/**
 * Times a network on our engine, and a reference on our engine and on OpenBLAS. The contenders take
 * turns, so that a machine that gets warm or busy slows all of them.
 */
final class Benchmark implements AutoCloseable {
  /** The environment variable that tells OpenBLAS which kernels to use. */
  static final String OPENBLAS_CORE = "OPENBLAS_CORETYPE";

  // OpenBLAS's threads wait actively for some 30 ms after their work and would slow the next one.
  private static final long REST_NANOSECONDS = 50_000_000;
  private static final int WARM_UPS = 5;

  private final int threads;
  private final int batch;
  private final Contender model;
  private final Optional<Contender> dense;
  private final Optional<Contender> openBlas;

  /**
   * Makes all contenders ready.
   *
   * @param reference may be null
   */
  Benchmark(Graph graph, Graph reference, int threads, int batch) {
    this.threads = threads;
    this.batch = batch;
    if (reference != null && !reference.inputShape().equals(graph.inputShape())) {
      throw new GraphException(
          "the reference takes images of "
              + reference.inputShape()
              + ", the model takes "
              + graph.inputShape());
    }
    FloatBuffer input = noise(Math.multiplyExact(batch, graph.inputShape().count()));
    model = new Contender("model", graph, KernelSet.best(), threads, input);
    dense =
        Optional.ofNullable(reference)
            .map(other -> new Contender("dense", other, KernelSet.best(), threads, input));
    openBlas =
        Optional.ofNullable(reference)
            .map(other -> new Contender("OpenBLAS", other, new OpenBlasKernels(), threads, input));
  }

  private static FloatBuffer noise(int count) {
    FloatBuffer values = Evaluator.floats(count);
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      values.put(i, (float) random.nextGaussian());
    }
    return values;
  }

  /** Runs every contender {@code runs} times, in turns. */
  void run(int runs) {
    try (Progress progress = Progress.start("benchmark", runs + WARM_UPS)) {
      for (int i = -WARM_UPS; i < runs; i++) {
        for (Contender contender : contenders()) {
          OpenBlasKernels.useThreads(threads);
          if (i < 0) {
            contender.warmUp();
          } else {
            contender.run();
          }
          if (threads > 1 && openBlas.isPresent()) {
            LockSupport.parkNanos(REST_NANOSECONDS);
          }
        }
        progress.step();
      }
    }
  }

  private List<Contender> contenders() {
    List<Contender> all = new ArrayList<>(List.of(model));
    dense.ifPresent(all::add);
    openBlas.ifPresent(all::add);
    return all;
  }

  /** Returns the medians of whole runs and the memory. */
  Table totals() {
    Table table = new Table("", "kernels", ">median", ">speed-up", ">weights", ">session");
    double slowest = contenders().get(contenders().size() - 1).milliseconds();
    for (Contender contender : contenders()) {
      table.row(
          contender.name(),
          contender.kernels(),
          Units.milliseconds(contender.milliseconds()),
          Units.times(slowest / contender.milliseconds()),
          Units.bytes(contender.packedBytes()),
          Units.bytes(contender.sessionBytes()));
    }
    return table;
  }

  /** Returns the medians of all nodes. */
  Table layers() {
    Stream<String> names = contenders().stream().map(contender -> ">" + contender.name() + " ms");
    Table table = new Table(Stream.concat(Stream.of("node", "runs"), names).toArray(String[]::new));
    layerTimes()
        .forEach(
            (node, times) -> {
              Stream<String> cells =
                  Arrays.stream(times).limit(contenders().size()).map(Benchmark::cell);
              table.row(Stream.concat(Stream.of(node, way(node)), cells).toArray(String[]::new));
            });
    return table;
  }

  /** Returns how the model runs a quantized convolution, otherwise nothing. */
  private String way(String node) {
    return model.way(node).map(Way::toString).orElse("");
  }

  private static String cell(Double milliseconds) {
    return milliseconds == null ? "-" : Units.decimal(3, milliseconds);
  }

  /** Returns for each node its time on each contender, null where it has no such node. */
  private Map<String, Double[]> layerTimes() {
    List<Map<String, Double>> each =
        contenders().stream().map(Contender::layerMilliseconds).toList();
    Set<String> nodes = new LinkedHashSet<>();
    each.forEach(layers -> nodes.addAll(layers.keySet()));
    Map<String, Double[]> times = new LinkedHashMap<>();
    for (String node : nodes) {
      Double[] row = new Double[3];
      for (int i = 0; i < each.size(); i++) {
        row[i] = each.get(i).get(node);
      }
      times.put(node, row);
    }
    return times;
  }

  /** Returns everything by name. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("cpu", Processor.name());
    json.put("kernels", model.kernels());
    json.put("threads", threads);
    json.put("batch", batch);
    json.put("median_ms", model.milliseconds());
    json.put("memory", memory(model));
    if (dense.isPresent()) {
      Map<String, Object> reference = new LinkedHashMap<>();
      reference.put("dense_median_ms", dense.orElseThrow().milliseconds());
      reference.put("openblas_median_ms", openBlas.orElseThrow().milliseconds());
      reference.put("openblas_core_type", System.getenv(OPENBLAS_CORE));
      reference.put("dense_memory", memory(dense.orElseThrow()));
      reference.put("openblas_memory", memory(openBlas.orElseThrow()));
      json.put("reference", reference);
    }
    List<Object> layers = new ArrayList<>();
    layerTimes()
        .forEach(
            (node, times) -> {
              Map<String, Object> layer = new LinkedHashMap<>();
              layer.put("name", node);
              layer.put("way", model.way(node).map(Way::toString).orElse(null));
              layer.put("ms", times[0]);
              layer.put("dense_ms", times[1]);
              layer.put("openblas_ms", times[2]);
              layers.add(layer);
            });
    json.put("layers", layers);
    return json;
  }

  private static Map<String, Object> memory(Contender contender) {
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("packed_bytes", contender.packedBytes());
    memory.put("session_bytes", contender.sessionBytes());
    return memory;
  }

  @Override
  public void close() {
    contenders().forEach(Contender::close);
  }
}
