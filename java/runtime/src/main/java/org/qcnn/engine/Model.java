package org.qcnn.engine;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Reshaping;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.Way;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A network made ready to run: its weights packed for this machine. Immutable and safe to share
 * between threads; each thread opens a {@link Session} of its own.
 *
 * <pre>{@code
 * try (Model model = Model.load(Path.of("network.onnx"));
 *     Session session = model.newSession()) {
 *   session.run(input, scores);
 * }
 * }</pre>
 *
 * <p>The packed weights are native memory: {@link #close} frees them, at once or, when sessions are
 * still open, as soon as the last of them is closed.
 */
public final class Model implements AutoCloseable {
  private final Graph graph;
  private final KernelSet kernelSet;
  private final Map<String, Way> ways;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Memory> constants = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();
  private int openSessions;
  private boolean closed;
  private boolean released;

  private Model(Graph graph, KernelSet kernelSet, Map<String, Way> ways) {
    this.graph = graph;
    this.kernelSet = kernelSet;
    this.ways = Collections.unmodifiableMap(ways);
  }

  /** Loads an ONNX file, dense or compressed, to run on the best kernels of this machine. */
  public static Model load(Path file) throws IOException {
    return of(OnnxReader.read(file, ImportOptions.DEFAULT), KernelSet.best());
  }

  /**
   * Loads an ONNX file like {@link #load(Path)}, for Android before version 8, which has no Path.
   */
  public static Model load(File file) throws IOException {
    return of(OnnxReader.read(file, ImportOptions.DEFAULT), KernelSet.best());
  }

  /** Loads an ONNX model from a stream, which is read to its end and not closed. */
  public static Model load(InputStream stream) throws IOException {
    return of(OnnxReader.read(stream, ImportOptions.DEFAULT), KernelSet.best());
  }

  /** Loads an ONNX model from a buffer, from its position to its limit. */
  public static Model load(ByteBuffer buffer) {
    return of(OnnxReader.read(buffer, ImportOptions.DEFAULT), KernelSet.best());
  }

  /**
   * Makes a graph ready to run on these kernels, each quantized convolution the way that is faster
   * or that the system property {@link WayChoice#PROPERTY} forces.
   *
   * @throws KernelException naming the node that the kernels cannot run
   * @throws org.qcnn.graph.GraphException if the network carries a malformed tuning
   */
  public static Model of(Graph graph, KernelSet kernelSet) {
    return of(graph, kernelSet, WayChoice.byProperty());
  }

  /** Like {@link #of(Graph, KernelSet)}, with a choice for the quantized convolutions. */
  public static Model of(Graph graph, KernelSet kernelSet, WayChoice choice) {
    return of(graph, kernelSet, choice, true);
  }

  /**
   * Like {@link #of(Graph, KernelSet, WayChoice)}, but with a step of its own for each node that
   * computes: for measurements of single nodes. What may run together does not.
   */
  public static Model ofSingleNodes(Graph graph, KernelSet kernelSet, WayChoice choice) {
    return of(graph, kernelSet, choice, false);
  }

  private static Model of(Graph graph, KernelSet kernelSet, WayChoice choice, boolean together) {
    Model model = new Model(graph, kernelSet, choice.ways(graph, kernelSet));
    try {
      List<PlannedStep> planned = model.plan();
      if (together) {
        model.compileTogether(planned);
      } else {
        for (PlannedStep step : planned) {
          model.steps.add(step.compiled(kernelSet));
        }
      }
      return model;
    } catch (RuntimeException | Error failure) {
      model.close();
      throw failure;
    }
  }

  /** Plans a step for each node that computes; the others become constants or other names. */
  private List<PlannedStep> plan() {
    List<PlannedStep> planned = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Constant) {
        constants.put(node.output(), copy(((Constant) node.operator()).value()));
      } else if (node.operator() instanceof Reshaping) {
        aliases.put(node.output(), storage(node.inputs().get(0)));
      } else {
        Way way = ways.getOrDefault(node.name(), Way.LOOKUP);
        planned.add(new PlannedStep(node, operator(node), operands(node), way));
      }
    }
    return planned;
  }

  /** From the last to the first: who hands its output over has to know to which kernel. */
  private void compileTogether(List<PlannedStep> planned) {
    Fusion fusion = new Fusion(graph, kernelSet);
    List<PlannedStep> pooled = fusion.pool(planned);
    int[] readers = fusion.readers(pooled);
    boolean[] handed = new boolean[readers.length];
    for (int reader : readers) {
      if (reader >= 0) {
        handed[reader] = true;
      }
    }
    Step[] compiled = new Step[readers.length];
    for (int i = readers.length - 1; i >= 0; i--) {
      PlannedStep step = pooled.get(i);
      if (handed[i]) {
        step = step.with(step.convolution.ofHandedInput());
      }
      if (readers[i] >= 0) {
        step = step.with(step.convolution.handingOverTo(compiled[readers[i]].kernel));
      }
      compiled[i] = step.compiled(kernelSet);
      steps.add(compiled[i]);
    }
    Collections.reverse(steps);
  }

  private List<Operand> operands(Node node) {
    List<Operand> operands = new ArrayList<>();
    for (String input : node.inputs()) {
      Shape shape = graph.shape(input);
      operands.add(
          constants.containsKey(storage(input))
              ? Operand.constant(shape)
              : Operand.perImage(shape));
    }
    return operands;
  }

  /** Returns what the node computes, with decoded weights where that is faster. */
  private Operator operator(Node node) {
    return ways.get(node.name()) == Way.DENSE
        ? ((Convolution) node.operator()).decoded()
        : node.operator();
  }

  private Memory copy(Tensor tensor) {
    Memory memory = kernelSet.allocate((long) tensor.shape().count() * Float.BYTES);
    memory.floats(0, tensor.shape().count()).put(tensor.values());
    return memory;
  }

  /** Returns the network. */
  public Graph graph() {
    return graph;
  }

  /** Returns what computes: {@code native avx512} or {@code java}. */
  public String kernels() {
    return kernelSet.description();
  }

  /** Returns how each quantized convolution runs, by the name of its node, in running order. */
  public Map<String, Way> ways() {
    return ways;
  }

  /** Returns the native memory held by packed weights and constants, in bytes. */
  public long packedBytes() {
    long bytes = 0;
    for (Step step : steps) {
      bytes += step.kernel.packedBytes();
    }
    for (Memory memory : constants.values()) {
      bytes += memory.size();
    }
    return bytes;
  }

  /** Opens a session that computes on the calling thread. */
  public Session newSession() {
    return newSession(1);
  }

  /**
   * Opens a session that computes on {@code threads} threads: the calling one and threads of its
   * own, which sleep between runs and end with the session.
   */
  public Session newSession(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a session needs at least one thread, not " + threads);
    }
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      openSessions++;
    }
    try {
      return new Session(this, threads);
    } catch (RuntimeException | Error failure) {
      // Such as too many threads: the model must not wait for this session to be closed.
      sessionClosed();
      throw failure;
    }
  }

  synchronized void sessionClosed() {
    openSessions--;
    releaseIfUnused();
  }

  /** Frees the packed weights once no session is open any more. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    releaseIfUnused();
  }

  private void releaseIfUnused() {
    if (!closed || openSessions > 0 || released) {
      return;
    }
    released = true;
    for (Step step : steps) {
      step.kernel.close();
    }
    for (Memory memory : constants.values()) {
      memory.close();
    }
  }

  List<Step> steps() {
    return steps;
  }

  public KernelSet kernelSet() {
    return kernelSet;
  }

  /** Returns the value whose storage holds this one: itself, or what it is a reshaping of. */
  String storage(String value) {
    return aliases.getOrDefault(value, value);
  }

  /** Returns the storage of a constant, or null if the value is not one. */
  FloatBuffer constant(String value) {
    Memory memory = constants.get(value);
    return memory == null ? null : memory.floats(0, graph.shape(value).count());
  }

  /** A node with its kernel. */
  static final class Step {
    final Node node;
    final Kernel kernel;

    Step(Node node, Kernel kernel) {
      this.node = node;
      this.kernel = kernel;
    }
  }
}
