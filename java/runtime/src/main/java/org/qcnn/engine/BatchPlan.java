package org.qcnn.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.Memory;

/** All buffers of a session for one batch size, in one block of memory that the plan owns. */
final class BatchPlan implements AutoCloseable {
  final int batch;
  final FloatBuffer input;
  final List<ByteBuffer> threadScratch = new ArrayList<>();
  private final List<KernelArguments> arguments = new ArrayList<>();
  private final List<int[]> tasks = new ArrayList<>(); // of each step's stages
  private final boolean[] readsImages; // for each step
  private final boolean showsImages; // as an output
  private final List<FloatBuffer> outputs = new ArrayList<>();
  private final Map<String, Long> valueBytes = new HashMap<>();
  private final Model model;
  private final Joins joins;
  private final Memory memory;

  /**
   * Allocates the buffers.
   *
   * @throws KernelException naming the node for which the batch is too large; found before anything
   *     is allocated, so that nothing leaks
   */
  BatchPlan(Model model, int batch, int threads) {
    this.model = model;
    this.batch = batch;
    Graph graph = model.graph();
    joins = new Joins(model, batch);
    Arena arena = layOut(model, threads);
    memory = model.kernelSet().allocate(arena.size());
    input = view(arena, graph.input());
    readsImages = new boolean[model.steps().size()];
    long scratch = 0;
    for (int i = 0; i < model.steps().size(); i++) {
      Model.Step step = model.steps().get(i);
      List<FloatBuffer> inputs = new ArrayList<>();
      for (String name : step.node.inputs()) {
        inputs.add(source(model, arena, name));
        readsImages[i] |= isInput(name);
      }
      long shared = step.kernel.sharedScratchBytes(batch);
      arguments.add(
          new KernelArguments(
              batch,
              inputs,
              view(arena, step.node.output()),
              memory.bytes(arena.offset(sharedScratch(i)), Math.toIntExact(shared))));
      scratch = Math.max(scratch, step.kernel.threadScratchBytes(batch));
    }
    for (int thread = 0; thread < threads; thread++) {
      threadScratch.add(
          memory.bytes(arena.offset(scratchOfThread(thread)), Math.toIntExact(scratch)));
    }
    boolean shows = false;
    for (String output : graph.outputs()) {
      outputs.add(source(model, arena, output));
      shows |= isInput(output);
    }
    showsImages = shows;
  }

  private Arena layOut(Model model, int threads) {
    Graph graph = model.graph();
    int end = model.steps().size();
    Arena arena = new Arena();
    long images = (long) batch * graph.inputShape().count() * Float.BYTES;
    valueBytes.put(graph.input(), inOneBuffer("the input", images));
    arena.add(graph.input(), images, 0);
    for (Model.Step step : model.steps()) {
      try {
        valueBytes.put(step.node.output(), step.kernel.outputBytes(batch));
      } catch (KernelException failure) {
        throw tooLarge(step, failure);
      }
    }
    long scratch = 0;
    for (int i = 0; i < end; i++) {
      Model.Step step = model.steps().get(i);
      for (String name : step.node.inputs()) {
        extend(model, arena, name, i);
      }
      try {
        String block = joins.block(step.node.output());
        if (!arena.contains(block)) {
          arena.add(block, inOneBuffer("its output", valueBytes.get(block)), i);
        }
        tasks.add(step.kernel.tasks(batch));
        long shared = step.kernel.sharedScratchBytes(batch);
        arena.add(sharedScratch(i), inOneBuffer("its scratch memory", shared), i);
        long perThread = step.kernel.threadScratchBytes(batch);
        scratch = Math.max(scratch, inOneBuffer("its scratch memory", perThread));
      } catch (KernelException failure) {
        throw tooLarge(step, failure);
      }
    }
    for (String output : graph.outputs()) {
      extend(model, arena, output, end);
    }
    for (int thread = 0; thread < threads; thread++) {
      arena.add(scratchOfThread(thread), scratch, 0);
      arena.extend(scratchOfThread(thread), end);
    }
    arena.place();
    return arena;
  }

  private KernelException tooLarge(Model.Step step, KernelException failure) {
    return new KernelException(
        "node "
            + step.node
            + " cannot run a batch of "
            + batch
            + " images: "
            + failure.getMessage(),
        failure);
  }

  private static long inOneBuffer(String what, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new KernelException(
          what + " needs " + bytes + " bytes, a buffer holds 2^31-1; run fewer images at once");
    }
    return bytes;
  }

  private void extend(Model model, Arena arena, String value, int step) {
    String storage = model.storage(value);
    if (model.constant(storage) == null) {
      arena.extend(joins.block(storage), step);
    }
  }

  private FloatBuffer source(Model model, Arena arena, String value) {
    String storage = model.storage(value);
    FloatBuffer constant = model.constant(storage);
    return constant != null ? constant : view(arena, storage);
  }

  private FloatBuffer view(Arena arena, String value) {
    return memory.floats(
        arena.offset(joins.block(value)) + joins.offset(value),
        Math.toIntExact(valueBytes.get(value) / Float.BYTES));
  }

  // Names that no value of a graph can have collide with none of them.
  private static String sharedScratch(int step) {
    return "\0shared " + step;
  }

  private static String scratchOfThread(int thread) {
    return "\0thread " + thread;
  }

  /** Returns whether a step has nothing to do, as others have written its output. */
  boolean skips(Model.Step step) {
    return joins.isJoined(step.node);
  }

  /** Returns how many tasks each stage of a step has. */
  int[] tasks(int step) {
    return tasks.get(step);
  }

  /** Returns what a step works on, the images in {@link #input}. */
  KernelArguments arguments(int step) {
    return arguments.get(step);
  }

  /** Returns what a step works on if the images lie elsewhere. */
  KernelArguments arguments(int step, FloatBuffer images) {
    KernelArguments own = arguments.get(step);
    if (!readsImages[step]) {
      return own;
    }
    List<String> names = model.steps().get(step).node.inputs();
    List<FloatBuffer> inputs = new ArrayList<>(own.inputs);
    for (int i = 0; i < inputs.size(); i++) {
      if (isInput(names.get(i))) {
        inputs.set(i, images);
      }
    }
    return new KernelArguments(own.batch, inputs, own.output, own.sharedScratch);
  }

  /** Returns whether images may lie elsewhere: no output shows them. */
  boolean readsInPlace() {
    return !showsImages;
  }

  private boolean isInput(String value) {
    return model.storage(value).equals(model.graph().input());
  }

  /** Returns the buffer of an output, by its index in the graph. */
  FloatBuffer output(int index) {
    return outputs.get(index).duplicate();
  }

  long bytes() {
    return memory.size();
  }

  @Override
  public void close() {
    memory.close();
  }
}
