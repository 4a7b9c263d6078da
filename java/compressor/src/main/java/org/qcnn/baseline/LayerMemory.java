package org.qcnn.baseline;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.tensor.Tensor;

/** The dense weights of a layer, and behind them its bias, in native memory. */
final class LayerMemory implements AutoCloseable {
  private final Memory memory;
  private final FloatBuffer weights;
  private final FloatBuffer bias;

  LayerMemory(KernelSet kernels, Tensor dense, float[] bias) {
    int count = dense.shape().count();
    this.memory = kernels.allocate(((long) count + bias.length) * Float.BYTES);
    this.weights = memory.floats(0, count);
    this.bias = memory.floats((long) count * Float.BYTES, bias.length);
    this.weights.duplicate().put(dense.values());
    this.bias.duplicate().put(bias);
  }

  /** Returns a new pointer to the weights, for one thread. */
  FloatPointer weights() {
    return new FloatPointer(weights);
  }

  /** Returns a new pointer to the bias, for one thread. */
  FloatPointer bias() {
    return new FloatPointer(bias);
  }

  /**
   * Writes one bias {@code count} times from a position of {@code output} on. Adding a product to
   * the bias costs nothing: without it OpenBLAS would first fill its result with zeros.
   */
  static void spread(FloatPointer bias, int index, FloatPointer output, long start, int count) {
    openblas.cblas_scopy(count, bias.position(index), 0, output.position(start), 1);
  }

  long bytes() {
    return memory.size();
  }

  @Override
  public void close() {
    memory.close();
  }
}
