package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/**
 * Runs a network each way in turns, so that a machine that gets warm or busy slows all: with all
 * quantized convolutions by lookup tables, with those by products that can be, with all of them
 * dense. Layers are timed inside of the network, where they find the caches as they will find them
 * later.
 */
public final class WayRace implements AutoCloseable {
  private static final int FEWEST_ROUNDS = 10;
  private static final int MOST_ROUNDS = 300;

  /** A network that runs one way, and the best time of each of its steps. */
  private static final class Runner implements AutoCloseable {
    private final Model model;
    private final Session session;
    private final long[] best;

    Runner(Graph graph, KernelSet kernels, WayChoice choice) {
      model = Model.ofSingleNodes(graph, kernels, choice);
      try {
        session = model.newSession();
      } catch (RuntimeException | Error failure) {
        model.close();
        throw failure;
      }
      best = new long[session.stepNames().size()];
      Arrays.fill(best, Long.MAX_VALUE);
    }

    void run(FloatBuffer image, FloatBuffer scores) {
      session.run(image, scores.clear());
      long[] steps = session.stepNanoseconds();
      for (int i = 0; i < best.length; i++) {
        best[i] = Math.min(best[i], steps[i]);
      }
    }

    /** Adds the times of layers to those of other ways. */
    void addTo(Map<String, Map<Way, Double>> times) {
      List<String> steps = session.stepNames();
      model
          .ways()
          .forEach(
              (layer, way) ->
                  times
                      .computeIfAbsent(layer, none -> new EnumMap<>(Way.class))
                      .putIfAbsent(way, best[steps.indexOf(layer)] / 1e6));
    }

    @Override
    public void close() {
      session.close();
      model.close();
    }
  }

  private final List<Runner> runners = new ArrayList<>();

  private WayRace(Graph graph, KernelSet kernels) {
    try {
      runners.add(new Runner(graph, kernels, WayChoice.LOOKUP));
      if (graph.nodes().stream().anyMatch(node -> multiplies(graph, node, kernels))) {
        runners.add(new Runner(graph, kernels, WayChoice.PRODUCTS));
      }
      runners.add(new Runner(graph, kernels, WayChoice.DENSE));
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private static boolean multiplies(Graph graph, Node node, KernelSet kernels) {
    return node.operator() instanceof Convolution layer
        && layer.weights() instanceof QuantizedWeights
        && kernels.multiplies(layer, graph.shape(node.inputs().get(0)));
  }

  /**
   * Returns the best of {@code runs} times of each quantized convolution for one image on the
   * calling thread in milliseconds, for each way that there is, by the name of its node.
   */
  public static Map<String, Map<Way, Double>> run(
      Graph graph, KernelSet kernels, double seconds, CompressionProgress progress) {
    try (WayRace race = new WayRace(graph, kernels)) {
      race.run(graph, seconds, progress);
      Map<String, Map<Way, Double>> times = new LinkedHashMap<>();
      for (Runner runner : race.runners) {
        runner.addTo(times);
      }
      return times;
    }
  }

  private void run(Graph graph, double seconds, CompressionProgress progress) {
    FloatBuffer image = noise(graph.inputShape().count());
    FloatBuffer scores = floats(graph.shape(graph.outputs().get(0)).count());
    long start = System.nanoTime();
    double spent = 0;
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double done = Math.max(spent / seconds, (double) round / MOST_ROUNDS);
      if (round >= FEWEST_ROUNDS && done >= 1) {
        break;
      }
      progress.update((int) (100 * Math.min(1, done)), 100, "the ways of convolutions");
      for (Runner runner : runners) {
        runner.run(image, scores);
      }
      spent = (System.nanoTime() - start) / 1e9;
    }
  }

  @Override
  public void close() {
    for (Runner runner : runners) {
      runner.close();
    }
  }

  private static FloatBuffer noise(int count) {
    FloatBuffer values = floats(count);
    Random random = new Random(1);
    for (int i = 0; i < count; i++) {
      values.put(i, (float) random.nextGaussian());
    }
    return values;
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
