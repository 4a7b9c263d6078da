package org.qcnn.engine;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelException;

/**
 * The working memory for runs of a {@link Model}. For one thread at a time; opening one is cheap.
 * Native memory is allocated when the size of batches changes: further runs of that size need none.
 */
public final class Session implements AutoCloseable {
  private final Model model;
  private final WorkerPool pool;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final long[] stepNanoseconds;
  private BatchPlan plan;
  private boolean closed;

  Session(Model model, int threads) {
    this.model = model;
    this.pool = new WorkerPool(threads);
    this.stepNanoseconds = new long[model.steps().size()];
  }

  /**
   * Classifies a batch of images.
   *
   * @param input {@code [batch, shape of one image]}, from position to limit; the batch follows
   *     from the number of values. Read where it lies when direct and in native byte order,
   *     otherwise copied first. Not changed.
   * @param output receives {@code [batch, shape of the first output]} from its position on, which
   *     is moved behind it
   * @throws IllegalArgumentException if the buffers do not fit the network
   * @throws IllegalStateException if the session is closed, or in use by another thread
   * @throws KernelException naming the node that cannot run, such as on a batch too large for it
   */
  public void run(FloatBuffer input, FloatBuffer output) {
    begin();
    try {
      int batch = checkedBatch(input, output);
      ensurePlan(batch);
      if (plan.readsInPlace() && model.kernelSet().canRead(input)) {
        runSteps(input.slice());
      } else {
        plan.input.duplicate().put(input.duplicate());
        runSteps(null);
      }
      output.put(plan.output(0));
    } finally {
      busy.set(false);
    }
  }

  private void begin() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("a session serves one thread at a time; open one for each");
    }
    if (closed) {
      busy.set(false);
      throw new IllegalStateException("the session is closed");
    }
  }

  private int checkedBatch(FloatBuffer input, FloatBuffer output) {
    int perImage = model.graph().inputShape().count();
    if (input.remaining() == 0 || input.remaining() % perImage != 0) {
      throw new IllegalArgumentException(
          "the input holds "
              + input.remaining()
              + " values; the network takes images of "
              + model.graph().inputShape()
              + " = "
              + perImage);
    }
    int batch = input.remaining() / perImage;
    long scores = (long) batch * model.graph().shape(model.graph().outputs().get(0)).count();
    if (output.remaining() < scores) {
      throw new IllegalArgumentException(
          "the output has room for "
              + output.remaining()
              + " values; "
              + batch
              + " images need "
              + scores);
    }
    return batch;
  }

  private void ensurePlan(int batch) {
    if (plan == null || plan.batch != batch) {
      BatchPlan previous = plan;
      plan = null;
      if (previous != null) {
        previous.close();
      }
      plan = new BatchPlan(model, batch, pool.threads());
    }
  }

  /** Runs the network on the caller's images, or for null on those in the plan. */
  private void runSteps(FloatBuffer images) {
    List<Model.Step> steps = model.steps();
    for (int i = 0; i < steps.size(); i++) {
      long start = System.nanoTime();
      if (!plan.skips(steps.get(i))) {
        runStep(i, images == null ? plan.arguments(i) : plan.arguments(i, images));
      }
      stepNanoseconds[i] = System.nanoTime() - start;
    }
  }

  private void runStep(int index, KernelArguments arguments) {
    Model.Step step = model.steps().get(index);
    int[] tasks = plan.tasks(index);
    try {
      for (int stage = 0; stage < tasks.length; stage++) {
        pool.run(tasks[stage], new Stage(step.kernel, stage, arguments, plan.threadScratch));
      }
    } catch (KernelException failure) {
      throw new KernelException("node " + step.node + ": " + failure.getMessage(), failure);
    }
  }

  /**
   * Returns a copy of an output of the last run, {@code [batch, shape]}, by its name in the
   * network. A view could be read after its memory was freed, which ends the whole process.
   *
   * @throws IllegalArgumentException if there is no such output, or nothing has been run yet
   * @throws IllegalStateException if the session is closed, or in use by another thread
   */
  public FloatBuffer output(String name) {
    begin();
    try {
      int index = model.graph().outputs().indexOf(name);
      if (index < 0 || plan == null) {
        throw new IllegalArgumentException(
            index < 0 ? "the network has no output " + name : "nothing has been run yet");
      }
      FloatBuffer output = plan.output(index);
      float[] values = new float[output.remaining()];
      output.get(values);
      return FloatBuffer.wrap(values);
    } finally {
      busy.set(false);
    }
  }

  /** Returns the names of the nodes that a run computes, in order. */
  public List<String> stepNames() {
    List<String> names = new java.util.ArrayList<>();
    for (Model.Step step : model.steps()) {
      names.add(step.node.name());
    }
    return names;
  }

  /** Returns how long each step of the last run took, in the order of {@link #stepNames}. */
  public long[] stepNanoseconds() {
    return stepNanoseconds.clone();
  }

  /** Returns the native memory that this session holds now, in bytes. */
  public long memoryBytes() {
    return plan == null ? 0 : plan.bytes();
  }

  /** Frees the memory and ends the session's threads. Closing twice does nothing. */
  @Override
  public void close() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("the session is running; close it after its run");
    }
    try {
      if (closed) {
        return;
      }
      closed = true;
      pool.close();
      if (plan != null) {
        plan.close();
        plan = null;
      }
      model.sessionClosed();
    } finally {
      busy.set(false);
    }
  }

  /** One stage of a kernel, as the threads share it. */
  private static final class Stage implements WorkerPool.Work {
    private final Kernel kernel;
    private final int stage;
    private final KernelArguments arguments;
    private final List<ByteBuffer> scratch;

    Stage(Kernel kernel, int stage, KernelArguments arguments, List<ByteBuffer> scratch) {
      this.kernel = kernel;
      this.stage = stage;
      this.arguments = arguments;
      this.scratch = scratch;
    }

    @Override
    public void run(int thread, int first, int last) {
      kernel.run(stage, arguments, scratch.get(thread), first, last);
    }
  }
}
