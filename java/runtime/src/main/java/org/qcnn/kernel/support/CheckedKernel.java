package org.qcnn.kernel.support;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;

/**
 * A kernel that checks every run before it computes, so that {@link #compute} and the C code behind
 * it can trust sizes and ranges: a mistake of the caller becomes an exception, never a crash.
 */
public abstract class CheckedKernel implements Kernel {
  private final String name;
  private final List<Operand> inputs;
  private final Shape output;
  private volatile BatchNeeds lastNeeds; // of the batch size that was run last
  private volatile boolean closed;

  /**
   * Returns a kernel of this operator.
   *
   * @throws KernelException if the inputs do not fit the operator
   */
  protected CheckedKernel(Operator operator, List<Operand> inputs) {
    this(operator, inputs, Operands.outputShape(operator, inputs));
  }

  /** Returns a kernel that writes something else than the operator's output, of this shape. */
  protected CheckedKernel(Operator operator, List<Operand> inputs, Shape output) {
    this.name = operator.name();
    this.inputs = List.copyOf(inputs);
    this.output = output;
  }

  /** Returns the shape of an input for one image. */
  protected final Shape input(int index) {
    return inputs.get(index).shape();
  }

  /** Returns the shape of the output for one image. */
  protected final Shape output() {
    return output;
  }

  /** Returns the operator's name, for messages. */
  protected final String name() {
    return name;
  }

  /** Returns at which element an image begins in an input; always 0 in a constant. */
  protected final int inputOffset(int index, int image) {
    Operand input = inputs.get(index);
    return input.isConstant() ? 0 : image * input.shape().count();
  }

  /** Returns at which element an image begins in the output. */
  protected final int outputOffset(int image) {
    return image * output.count();
  }

  @Override
  public long outputBytes(int batch) {
    return (long) batch * output.count() * Float.BYTES;
  }

  /** Returns the bytes of an input. */
  protected long inputBytes(int index, int batch) {
    Operand input = inputs.get(index);
    int images = input.isConstant() ? 1 : batch;
    return (long) images * input.shape().count() * Float.BYTES;
  }

  /** Returns the tasks of a stage, known from {@link #tasks} for the batch that runs. */
  protected final int knownTasks(int stage, int batch) {
    return needsOf(batch).tasks[stage];
  }

  /** Returns whether what the kernel holds has been freed. */
  protected final boolean isClosed() {
    return closed;
  }

  /** Computes the tasks {@code first <= task < last} of a stage; all arguments are checked. */
  protected abstract void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last);

  @Override
  public final void run(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    if (closed) {
      throw new IllegalStateException("the kernel of " + name + " is closed");
    }
    if (stage < 0 || stage >= stages()) {
      throw misuse("there is no stage " + stage);
    }
    if (arguments.batch <= 0) {
      throw misuse("the batch must be positive, not " + arguments.batch);
    }
    BatchNeeds needs = needsOf(arguments.batch);
    checkTensors(arguments, needs);
    checkScratch("shared", arguments.sharedScratch, needs.sharedScratchBytes);
    checkScratch("thread", threadScratch, needs.threadScratchBytes);
    int tasks = needs.tasks[stage];
    if (first < 0 || last < first || last > tasks) {
      throw misuse("tasks " + first + " to " + last + " are not among the " + tasks + " there are");
    }
    if (first < last) {
      compute(stage, arguments, threadScratch, first, last);
    }
  }

  private BatchNeeds needsOf(int batch) {
    BatchNeeds needs = lastNeeds;
    if (needs == null || needs.batch != batch) {
      needs = new BatchNeeds(this, inputs.size(), batch);
      lastNeeds = needs;
    }
    return needs;
  }

  private void checkTensors(KernelArguments arguments, BatchNeeds needs) {
    if (arguments.inputs.size() != inputs.size()) {
      throw misuse(inputs.size() + " inputs expected, not " + arguments.inputs.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      checkTensor("input", arguments.inputs.get(i), needs.inputBytes[i]);
    }
    checkTensor("output", arguments.output, needs.outputBytes);
  }

  private void checkTensor(String what, FloatBuffer buffer, long bytes) {
    checkBuffer(what, buffer, bytes / Float.BYTES, "floats");
    if (buffer.order() != ByteOrder.nativeOrder()) {
      throw misuse("the " + what + " buffer is not in native byte order");
    }
  }

  private void checkScratch(String what, ByteBuffer buffer, long bytes) {
    if (bytes > 0) {
      checkBuffer(what + " scratch", buffer, bytes, "bytes");
    }
  }

  private void checkBuffer(String what, Buffer buffer, long needed, String unit) {
    if (buffer == null || !buffer.isDirect() || buffer.position() != 0) {
      throw misuse("the " + what + " must be a direct buffer, from position 0 on");
    }
    if (buffer.limit() < needed) {
      throw misuse(
          "the "
              + what
              + " buffer holds "
              + buffer.limit()
              + " "
              + unit
              + ", needed are "
              + needed);
    }
  }

  private IllegalArgumentException misuse(String complaint) {
    return new IllegalArgumentException(name + ": " + complaint);
  }

  /** Frees what the kernel holds; called once. */
  protected void release() {}

  @Override
  public final void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }
}
