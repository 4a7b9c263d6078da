package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;

/** Runs one node for one image at a time, on memory of its own; one runner for each thread. */
final class NodeRunner implements AutoCloseable {
  private final Kernel kernel;
  private final KernelArguments arguments;
  private final List<Memory> memories = new ArrayList<>();
  private final List<ByteBuffer> inputs = new ArrayList<>();
  private final ByteBuffer output;
  private final ByteBuffer threadScratch;

  /**
   * Prepares a run.
   *
   * @param kernel the compiled node; stays the caller's
   * @param constants per input its values if it is a constant, otherwise null
   */
  NodeRunner(
      KernelSet kernelSet, Kernel kernel, Graph graph, Node node, List<FloatBuffer> constants) {
    this.kernel = kernel;
    try {
      List<FloatBuffer> views = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        int count = graph.shape(node.inputs().get(i)).count();
        Memory memory = allocate(kernelSet, (long) count * Float.BYTES);
        FloatBuffer view = memory.floats(0, count);
        if (constants.get(i) != null) {
          view.duplicate().put(constants.get(i).duplicate());
        }
        views.add(view);
        inputs.add(memory.bytes(0, count * Float.BYTES));
      }
      int outputs = graph.shape(node.output()).count();
      Memory result = allocate(kernelSet, (long) outputs * Float.BYTES);
      output = result.bytes(0, outputs * Float.BYTES);
      int shared = Math.toIntExact(kernel.sharedScratchBytes(1));
      int own = Math.toIntExact(kernel.threadScratchBytes(1));
      arguments =
          new KernelArguments(
              1, views, result.floats(0, outputs), allocate(kernelSet, shared).bytes(0, shared));
      threadScratch = allocate(kernelSet, own).bytes(0, own);
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private Memory allocate(KernelSet kernelSet, long bytes) {
    Memory memory = kernelSet.allocate(Math.max(64, bytes));
    memories.add(memory);
    return memory;
  }

  /** Compiles a node; {@code constants} as for the constructor. */
  static Kernel compile(KernelSet kernelSet, Graph graph, Node node, List<FloatBuffer> constants) {
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      var shape = graph.shape(node.inputs().get(i));
      operands.add(constants.get(i) != null ? Operand.constant(shape) : Operand.perImage(shape));
    }
    return kernelSet.compile(node.operator(), operands);
  }

  /** Returns where to put the values of an input before a run. */
  ByteBuffer input(int index) {
    return inputs.get(index);
  }

  /** Returns where a run leaves its output. */
  ByteBuffer output() {
    return output;
  }

  /** Returns the output as floats. */
  FloatBuffer outputValues() {
    return arguments.output.duplicate();
  }

  /** Computes the output from the inputs. */
  void run() {
    for (int stage = 0; stage < kernel.stages(); stage++) {
      kernel.run(stage, arguments, threadScratch, 0, kernel.tasks(stage, 1));
    }
  }

  @Override
  public void close() {
    for (Memory memory : memories) {
      memory.close();
    }
  }
}
