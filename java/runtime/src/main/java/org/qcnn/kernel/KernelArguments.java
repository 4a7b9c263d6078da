package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * What one run of a kernel works on. All buffers are direct, in native byte order and start at
 * position 0; the arguments do not own them.
 */
public final class KernelArguments {
  public final int batch;
  public final List<FloatBuffer> inputs;
  public final FloatBuffer output;
  public final ByteBuffer sharedScratch;

  /**
   * Returns arguments.
   *
   * @param batch the number of images
   * @param inputs each {@code [batch, shape of one image]}, a constant just {@code [shape]}
   * @param output {@code [batch, shape of one image]}, or the {@link Kernel#outputBytes} of what is
   *     handed over to another kernel, whose input it is then
   * @param sharedScratch at least {@link Kernel#sharedScratchBytes}, 64-byte aligned
   */
  public KernelArguments(
      int batch, List<FloatBuffer> inputs, FloatBuffer output, ByteBuffer sharedScratch) {
    this.batch = batch;
    this.inputs = List.copyOf(inputs);
    this.output = output;
    this.sharedScratch = sharedScratch;
  }
}
