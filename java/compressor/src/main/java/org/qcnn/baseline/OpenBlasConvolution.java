package org.qcnn.baseline;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.qcnn.algebra.Columns;
import org.qcnn.graph.Convolution;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/**
 * A convolution as one matrix product per image and group: weights {@code [Ct, Cs * kh * kw]} times
 * the columns of the input. It is a single task, because OpenBLAS has threads of its own.
 */
final class OpenBlasConvolution extends CheckedKernel {
  private final int groups;
  private final Columns columns;
  private final LayerMemory memory;
  private final FollowingActivation activation;

  OpenBlasConvolution(Convolution operator, List<Operand> inputs, KernelSet kernels) {
    super(operator, inputs);
    groups = operator.groups();
    columns = new Columns(operator.window(), input(0), operator.weights().shape().extent(1));
    memory = new LayerMemory(kernels, operator.weights().decode(), operator.bias());
    activation = new FollowingActivation(operator.activation(), output(), kernels);
  }

  @Override
  public int tasks(int stage, int batch) {
    return 1;
  }

  @Override
  public long sharedScratchBytes(int batch) {
    return columns.areTheInput() ? 0 : (long) columns.depth() * columns.positions() * Float.BYTES;
  }

  @Override
  public long packedBytes() {
    return memory.bytes();
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    FloatBuffer input = arguments.inputs.get(0);
    FloatBuffer scratch = arguments.sharedScratch.asFloatBuffer();
    FloatPointer output = new FloatPointer(arguments.output);
    FloatPointer bias = memory.bias();
    for (int image = 0; image < arguments.batch; image++) {
      for (int channel = 0; channel < output().extent(0); channel++) {
        long start = outputOffset(image) + (long) channel * columns.positions();
        LayerMemory.spread(bias, channel, output, start, columns.positions());
      }
      for (int group = 0; group < groups; group++) {
        int start = inputOffset(0, image) + group * (input(0).count() / groups);
        if (columns.areTheInput()) {
          multiply(group, new FloatPointer(input).position(start), output, image);
        } else {
          columns.fill(input, start, scratch);
          multiply(group, new FloatPointer(scratch), output, image);
        }
      }
    }
    activation.apply(arguments, threadScratch);
  }

  private void multiply(int group, FloatPointer matrix, FloatPointer output, int image) {
    int rows = output().extent(0) / groups;
    int depth = columns.depth();
    int positions = columns.positions();
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        openblas.CblasNoTrans,
        openblas.CblasNoTrans,
        rows,
        positions,
        depth,
        1,
        memory.weights().position((long) group * rows * depth),
        depth,
        matrix,
        positions,
        1,
        output.position(outputOffset(image) + (long) group * rows * positions),
        positions);
  }

  @Override
  protected void release() {
    memory.close();
    activation.close();
  }
}
