package org.qcnn.cli;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/** One way to run a network, timed again and again. */
final class Contender implements AutoCloseable {
  private final String name;
  private final Model model;
  private final Session session;
  private final FloatBuffer input;
  private final FloatBuffer output;
  private final List<Long> totals = new ArrayList<>();
  private final List<long[]> steps = new ArrayList<>();

  /**
   * Makes a network ready.
   *
   * @param input a batch of images
   */
  Contender(String name, Graph graph, KernelSet kernels, int threads, FloatBuffer input) {
    this.name = name;
    this.input = input;
    this.model = Model.of(graph, kernels);
    this.session = model.newSession(threads);
    int batch = input.capacity() / graph.inputShape().count();
    this.output = Evaluator.floats(Math.multiplyExact(batch, ClassNames.count(graph)));
  }

  String name() {
    return name;
  }

  String kernels() {
    return model.kernels();
  }

  /** Returns how a node runs if it is a quantized convolution, otherwise nothing. */
  Optional<Way> way(String node) {
    return Optional.ofNullable(model.ways().get(node));
  }

  /** Runs without taking the time: code is compiled and memory touched for the first time. */
  void warmUp() {
    session.run(input, output.clear());
  }

  void run() {
    long start = System.nanoTime();
    session.run(input, output.clear());
    totals.add(System.nanoTime() - start);
    steps.add(session.stepNanoseconds());
  }

  /** Returns the median time of a run. */
  double milliseconds() {
    return Score.median(totals.stream().mapToLong(Long::longValue).toArray()) / 1e6;
  }

  /** Returns the median time of each node, in running order. */
  Map<String, Double> layerMilliseconds() {
    Map<String, Double> layers = new LinkedHashMap<>();
    List<String> names = session.stepNames();
    for (int i = 0; i < names.size(); i++) {
      int step = i;
      long[] times = steps.stream().mapToLong(run -> run[step]).toArray();
      layers.put(names.get(i), Score.median(times) / 1e6);
    }
    return layers;
  }

  /** Returns the memory of packed weights. */
  long packedBytes() {
    return model.packedBytes();
  }

  /** Returns the memory of activations and scratch. */
  long sessionBytes() {
    return session.memoryBytes();
  }

  @Override
  public void close() {
    session.close();
    model.close();
  }
}
