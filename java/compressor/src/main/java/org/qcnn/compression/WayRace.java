package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/**
 * Runs a network both ways in turns, so that a machine that gets warm or busy slows both: once with
 * all quantized convolutions by lookup tables, once with all of them dense. Layers are timed inside
 * of the network, where they find the caches as they will find them later.
 */
public final class WayRace {
  private static final int FEWEST_ROUNDS = 10;
  private static final int MOST_ROUNDS = 300;

  /**
   * The best times of a layer.
   *
   * @param lookup milliseconds by lookup tables
   * @param dense milliseconds with decoded weights
   */
  public record Times(double lookup, double dense) {}

  private WayRace() {}

  /**
   * Returns the best of {@code runs} times of each quantized convolution for one image on the
   * calling thread, by the name of its node.
   */
  public static Map<String, Times> run(
      Graph graph, KernelSet kernels, double seconds, CompressionProgress progress) {
    try (Model lookup = Model.ofSingleNodes(graph, kernels, WayChoice.LOOKUP);
        Session lookupSession = lookup.newSession();
        Model dense = Model.ofSingleNodes(graph, kernels, WayChoice.DENSE);
        Session denseSession = dense.newSession()) {
      FloatBuffer image = noise(graph.inputShape().count());
      FloatBuffer scores = floats(graph.shape(graph.outputs().get(0)).count());
      long[][] best = new long[2][lookupSession.stepNames().size()];
      for (long[] steps : best) {
        Arrays.fill(steps, Long.MAX_VALUE);
      }
      long start = System.nanoTime();
      double spent = 0;
      for (int round = 0; round < MOST_ROUNDS; round++) {
        double done = Math.max(spent / seconds, (double) round / MOST_ROUNDS);
        if (round >= FEWEST_ROUNDS && done >= 1) {
          break;
        }
        progress.update((int) (100 * Math.min(1, done)), 100, "lookup tables against dense");
        time(lookupSession, image, scores, best[0]);
        time(denseSession, image, scores, best[1]);
        spent = (System.nanoTime() - start) / 1e9;
      }
      return times(lookup, lookupSession.stepNames(), best);
    }
  }

  private static void time(Session session, FloatBuffer image, FloatBuffer scores, long[] best) {
    session.run(image, scores.clear());
    long[] steps = session.stepNanoseconds();
    for (int i = 0; i < best.length; i++) {
      best[i] = Math.min(best[i], steps[i]);
    }
  }

  private static Map<String, Times> times(Model model, List<String> steps, long[][] best) {
    Map<String, Times> times = new LinkedHashMap<>();
    for (String layer : model.ways().keySet()) {
      int step = steps.indexOf(layer);
      times.put(layer, new Times(best[0][step] / 1e6, best[1][step] / 1e6));
    }
    return times;
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
