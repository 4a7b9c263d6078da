package org.qcnn.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.Memory;

/** All buffers of a session for one batch size, in one block of memory that the plan owns. */
final class BatchPlan implements AutoCloseable {
  final int batch;
  final FloatBuffer input;
  final List<KernelArguments> arguments = new ArrayList<>();
  final List<ByteBuffer> threadScratch = new ArrayList<>();
  private final List<FloatBuffer> outputs = new ArrayList<>();
  private final Joins joins;
  private final Memory memory;

  /**
   * Allocates the buffers.
   *
   * @throws KernelException naming the node for which the batch is too large; found before anything
   *     is allocated, so that nothing leaks
   */
  BatchPlan(Model model, int batch, int threads) {
    this.batch = batch;
    Graph graph = model.graph();
    joins = new Joins(model, batch);
    Arena arena = layOut(model, joins, batch, threads);
    memory = model.kernelSet().allocate(arena.size());
    input = view(arena, graph.input(), graph);
    long scratch = 0;
    for (int i = 0; i < model.steps().size(); i++) {
      Model.Step step = model.steps().get(i);
      List<FloatBuffer> inputs = new ArrayList<>();
      for (String name : step.node.inputs()) {
        inputs.add(source(model, arena, name));
      }
      long shared = step.kernel.sharedScratchBytes(batch);
      arguments.add(
          new KernelArguments(
              batch,
              inputs,
              view(arena, step.node.output(), graph),
              memory.bytes(arena.offset(sharedScratch(i)), Math.toIntExact(shared))));
      scratch = Math.max(scratch, step.kernel.threadScratchBytes(batch));
    }
    for (int thread = 0; thread < threads; thread++) {
      threadScratch.add(
          memory.bytes(arena.offset(scratchOfThread(thread)), Math.toIntExact(scratch)));
    }
    for (String output : graph.outputs()) {
      outputs.add(source(model, arena, output));
    }
  }

  private static Arena layOut(Model model, Joins joins, int batch, int threads) {
    Graph graph = model.graph();
    int end = model.steps().size();
    Arena arena = new Arena();
    arena.add(graph.input(), inOneBuffer("the input", bytes(graph, graph.input(), batch)), 0);
    long scratch = 0;
    for (int i = 0; i < end; i++) {
      Model.Step step = model.steps().get(i);
      for (String name : step.node.inputs()) {
        extend(model, joins, arena, name, i);
      }
      try {
        String block = joins.block(step.node.output());
        if (!arena.contains(block)) {
          arena.add(block, inOneBuffer("its output", bytes(graph, block, batch)), i);
        }
        long shared = step.kernel.sharedScratchBytes(batch);
        arena.add(sharedScratch(i), inOneBuffer("its scratch memory", shared), i);
        long perThread = step.kernel.threadScratchBytes(batch);
        scratch = Math.max(scratch, inOneBuffer("its scratch memory", perThread));
      } catch (KernelException failure) {
        throw new KernelException(
            "node "
                + step.node
                + " cannot run a batch of "
                + batch
                + " images: "
                + failure.getMessage(),
            failure);
      }
    }
    for (String output : graph.outputs()) {
      extend(model, joins, arena, output, end);
    }
    for (int thread = 0; thread < threads; thread++) {
      arena.add(scratchOfThread(thread), scratch, 0);
      arena.extend(scratchOfThread(thread), end);
    }
    arena.place();
    return arena;
  }

  private static long inOneBuffer(String what, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new KernelException(
          what + " needs " + bytes + " bytes, a buffer holds 2^31-1; run fewer images at once");
    }
    return bytes;
  }

  private static void extend(Model model, Joins joins, Arena arena, String value, int step) {
    String storage = model.storage(value);
    if (model.constant(storage) == null) {
      arena.extend(joins.block(storage), step);
    }
  }

  private FloatBuffer source(Model model, Arena arena, String value) {
    String storage = model.storage(value);
    FloatBuffer constant = model.constant(storage);
    return constant != null ? constant : view(arena, storage, model.graph());
  }

  private FloatBuffer view(Arena arena, String value, Graph graph) {
    return memory.floats(
        arena.offset(joins.block(value)) + joins.offset(value),
        Math.multiplyExact(batch, graph.shape(value).count()));
  }

  private static long bytes(Graph graph, String value, int batch) {
    return (long) batch * graph.shape(value).count() * Float.BYTES;
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
