package org.qcnn.baseline;

import java.util.List;
import org.bytedeco.openblas.global.openblas;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.NativeKernels;
import org.qcnn.kernel.Operand;

/**
 * Dense layers by im2col and OpenBLAS, all other operators by the native kernels. Depthwise
 * convolutions are left to the native kernels too: nobody runs them as matrix products.
 */
public final class OpenBlasKernels implements KernelSet {
  private final KernelSet rest;

  /**
   * Returns these kernels.
   *
   * @throws org.qcnn.kernel.KernelException if the native kernels are not to be had
   */
  public OpenBlasKernels() {
    rest = NativeKernels.load();
  }

  /**
   * Sets on how many threads OpenBLAS computes from now on, in the whole process. {@link
   * org.qcnn.algebra.FloatMatrix} sets it to one.
   */
  public static void useThreads(int threads) {
    openblas.blas_set_num_threads(threads);
  }

  @Override
  public String description() {
    return "im2col + OpenBLAS";
  }

  @Override
  public Memory allocate(long bytes) {
    return rest.allocate(bytes);
  }

  @Override
  public Kernel compile(Operator operator, List<Operand> inputs) {
    boolean product =
        operator.weights() instanceof DenseWeights
            && inputs.stream().noneMatch(Operand::isConstant);
    if (product && operator instanceof Convolution layer && !layer.isDepthwise()) {
      return new OpenBlasConvolution(layer, inputs, rest);
    }
    if (product && operator instanceof FullyConnected layer) {
      return new OpenBlasFullyConnected(layer, inputs, rest);
    }
    return rest.compile(operator, inputs);
  }
}
