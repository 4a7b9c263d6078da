package org.qcnn.kernel;

import java.nio.ByteBuffer;

/**
 * One operator made ready for fixed shapes: weights packed, scales chosen. Immutable and safe to
 * use from several threads at once; whoever compiled it closes it.
 *
 * <p>A run has one or more stages; all tasks of a stage must be done before the next stage begins,
 * and the tasks of one stage may run on several threads in any order with the same result. How many
 * tasks there are and how much memory they need depends on the batch alone, as long as a kernel
 * lives.
 */
public interface Kernel extends AutoCloseable {
  /** Returns the number of stages. */
  default int stages() {
    return 1;
  }

  /** Returns the number of tasks of a stage for a batch of images. */
  int tasks(int stage, int batch);

  /** Returns the number of tasks of each stage for a batch of images. */
  default int[] tasks(int batch) {
    int[] ofStages = new int[stages()];
    for (int stage = 0; stage < ofStages.length; stage++) {
      ofStages[stage] = tasks(stage, batch);
    }
    return ofStages;
  }

  /** Returns the bytes of the output: those of its floats, or of what is handed over instead. */
  long outputBytes(int batch);

  /** Returns the bytes of scratch memory that all threads of one run share. */
  default long sharedScratchBytes(int batch) {
    return 0;
  }

  /** Returns the bytes of scratch memory that each thread of a run needs for itself. */
  default long threadScratchBytes(int batch) {
    return 0;
  }

  /** Returns the native memory held by packed weights, in bytes. */
  default long packedBytes() {
    return 0;
  }

  /**
   * Runs the tasks {@code first <= task < last} of one stage.
   *
   * @param threadScratch at least {@link #threadScratchBytes} bytes, 64-byte aligned
   */
  void run(int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last);

  @Override
  default void close() {}
}
