package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.algebra.Workers;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelSet;

/**
 * A network in the middle of a run over all calibration images: the values that later nodes still
 * need, each for every image. Two of them walk side by side, the original network and the one that
 * is being quantized; as long as a value is the same in both, they share its file.
 */
final class NetworkState implements AutoCloseable {
  /** Sees each output of a node before it is kept, and may change it. */
  interface OutputVisitor {
    void visit(int image, FloatBuffer output, int thread);
  }

  private final Graph graph;
  private final KernelSet kernelSet;
  private final Workers workers;
  private final int images;
  private final Map<String, ActivationFile> values = new HashMap<>();
  private final Map<String, FloatBuffer> constants = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();

  /** Starts a network without any value. */
  NetworkState(Graph graph, KernelSet kernelSet, Workers workers, int images) {
    this.graph = graph;
    this.kernelSet = kernelSet;
    this.workers = workers;
    this.images = images;
  }

  /**
   * Reads all images as the input value.
   *
   * @throws DataException naming the image that cannot be read or is infinite somewhere
   */
  void readImages(ImageSource source) {
    int count = graph.inputShape().count();
    ActivationFile file = new ActivationFile(count);
    values.put(graph.input(), file);
    workers.run(
        images,
        (image, thread) -> {
          ByteBuffer bytes =
              ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
          source.read(image, bytes.asFloatBuffer());
          requireFinite(bytes.asFloatBuffer(), source, image);
          file.write(image, bytes);
        });
  }

  private static void requireFinite(FloatBuffer values, ImageSource source, int image) {
    for (int i = 0; i < values.capacity(); i++) {
      if (!Float.isFinite(values.get(i))) {
        throw new DataException(
            String.format(
                "%s (of %s) holds a value that is no finite number, %s",
                source.name(image), source.description(), values.get(i)));
      }
    }
  }

  /** Takes the images that another state has read. */
  void shareImages(NetworkState other) {
    values.put(graph.input(), other.file(graph.input()));
  }

  /** Returns the name under which a value is kept. */
  String storage(String value) {
    return aliases.getOrDefault(value, value);
  }

  /** Returns the file of a value. */
  ActivationFile file(String value) {
    return values.get(storage(value));
  }

  /** Takes the value that another state already has for the same name. */
  void share(NetworkState other, Node node) {
    if (!keepWithoutComputing(node)) {
      values.put(node.output(), other.file(node.output()));
    }
  }

  /** Notes constants and reshapings, which need no run; returns whether the node was one. */
  private boolean keepWithoutComputing(Node node) {
    if (node.operator() instanceof Constant constant) {
      constants.put(node.output(), constant.value().values());
    } else if (node.operator() instanceof Reshaping) {
      aliases.put(node.output(), storage(node.inputs().get(0)));
    } else {
      return false;
    }
    return true;
  }

  /** Computes a node for all images and keeps its output. */
  void advance(Node node) {
    advance(node, (image, output, thread) -> {});
  }

  /** Computes a node for all images, shows each output to {@code visitor} and keeps it. */
  void advance(Node node, OutputVisitor visitor) {
    if (keepWithoutComputing(node)) {
      return;
    }
    List<FloatBuffer> fixed = new ArrayList<>();
    for (String input : node.inputs()) {
      fixed.add(constants.get(storage(input)));
    }
    ActivationFile result = new ActivationFile(graph.shape(node.output()).count());
    // Kept from now on, so that it is closed also if the run fails.
    values.put(node.output(), result);
    NodeRunner[] runners = new NodeRunner[workers.threads()];
    try (Kernel kernel = NodeRunner.compile(kernelSet, graph, node, fixed)) {
      for (int thread = 0; thread < runners.length; thread++) {
        runners[thread] = new NodeRunner(kernelSet, kernel, graph, node, fixed);
      }
      workers.run(
          images,
          (image, thread) -> {
            NodeRunner runner = runners[thread];
            for (int i = 0; i < fixed.size(); i++) {
              if (fixed.get(i) == null) {
                file(node.inputs().get(i)).read(image, runner.input(i));
              }
            }
            runner.run();
            visitor.visit(image, runner.outputValues(), thread);
            result.write(image, runner.output());
          });
    } finally {
      for (NodeRunner runner : runners) {
        if (runner != null) {
          runner.close();
        }
      }
    }
  }

  /** Lets go of a value that no later node reads. */
  void drop(String value) {
    ActivationFile file = values.remove(value);
    if (file != null) {
      file.close();
    }
  }

  @Override
  public void close() {
    for (ActivationFile file : values.values()) {
      file.close();
    }
    values.clear();
  }
}
