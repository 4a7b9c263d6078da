package org.qcnn.kernel.support;

/** What runs of a kernel need for batches of one size. Immutable. */
final class BatchNeeds {
  final int batch;
  final long[] inputBytes;
  final long outputBytes;
  final long sharedScratchBytes;
  final long threadScratchBytes;
  final int[] tasks; // of each stage

  /** Asks a kernel, whose C code works all of it out anew each time. */
  BatchNeeds(CheckedKernel kernel, int inputs, int batch) {
    this.batch = batch;
    this.inputBytes = new long[inputs];
    for (int i = 0; i < inputs; i++) {
      inputBytes[i] = kernel.inputBytes(i, batch);
    }
    this.outputBytes = kernel.outputBytes(batch);
    this.sharedScratchBytes = kernel.sharedScratchBytes(batch);
    this.threadScratchBytes = kernel.threadScratchBytes(batch);
    this.tasks = kernel.tasks(batch);
  }
}
