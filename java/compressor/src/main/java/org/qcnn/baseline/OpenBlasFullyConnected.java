package org.qcnn.baseline;

import java.nio.ByteBuffer;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.qcnn.graph.FullyConnected;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/** A fully-connected layer as a matrix-vector product, or one matrix product for a batch. */
final class OpenBlasFullyConnected extends CheckedKernel {
  private final LayerMemory memory;
  private final FollowingActivation activation;

  OpenBlasFullyConnected(FullyConnected operator, List<Operand> inputs, KernelSet kernels) {
    super(operator, inputs);
    memory = new LayerMemory(kernels, operator.weights().decode(), operator.bias());
    activation = new FollowingActivation(operator.activation(), output(), kernels);
  }

  @Override
  public int tasks(int stage, int batch) {
    return 1;
  }

  @Override
  public long packedBytes() {
    return memory.bytes();
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    FloatPointer input = new FloatPointer(arguments.inputs.get(0));
    FloatPointer output = new FloatPointer(arguments.output);
    for (int image = 0; image < arguments.batch; image++) {
      openblas.cblas_scopy(
          output().count(), memory.bias(), 1, output.position(outputOffset(image)), 1);
    }
    output.position(0);
    if (arguments.batch == 1) {
      multiplyVector(input, output);
    } else {
      multiplyMatrix(arguments.batch, input, output);
    }
    activation.apply(arguments, threadScratch);
  }

  private void multiplyVector(FloatPointer input, FloatPointer output) {
    openblas.cblas_sgemv(
        openblas.CblasRowMajor,
        openblas.CblasNoTrans,
        output().count(),
        input(0).count(),
        1,
        memory.weights(),
        input(0).count(),
        input,
        1,
        1,
        output,
        1);
  }

  private void multiplyMatrix(int batch, FloatPointer input, FloatPointer output) {
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        openblas.CblasNoTrans,
        openblas.CblasTrans,
        batch,
        output().count(),
        input(0).count(),
        1,
        input,
        input(0).count(),
        memory.weights(),
        input(0).count(),
        1,
        output,
        output().count());
  }

  @Override
  protected void release() {
    memory.close();
    activation.close();
  }
}
