package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.kernel.support.CheckedKernel;

/** Convolution with dense weights. A task is a tile of the output, as the C code cuts it. */
final class NativeConvolution extends CheckedKernel {
  private final IntBuffer shape;
  private final ByteBuffer activation;
  private final NativeWeights weights;
  private final long scratchBytes;

  NativeConvolution(Convolution operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    shape = NativeStruct.convolution(input(0), output(), operator.window(), operator.groups());
    activation = NativeStruct.of(operator.activation());
    scratchBytes =
        NativeStatus.size(name(), NativeBinding.qcnn_convolution_scratch_size(shape, isa));
    try (NativeMemory dense = NativeMemory.copyOf(operator.weights().decode().values())) {
      long packedSize = NativeBinding.qcnn_convolution_packed_size(shape, isa);
      NativeWeights target = NativeWeights.allocate(name(), packedSize, operator.bias());
      weights =
          target.packed(
              name(),
              NativeBinding.qcnn_convolution_pack(shape, isa, dense.floats(), target.packed));
    }
  }

  @Override
  public int tasks(int stage, int batch) {
    return NativeStatus.tasks(name(), NativeBinding.qcnn_convolution_tasks(shape, batch));
  }

  @Override
  public long threadScratchBytes(int batch) {
    return scratchBytes;
  }

  @Override
  public long packedBytes() {
    return weights.bytes();
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_convolution_run(
            shape,
            arguments.batch,
            weights.packed,
            weights.bias,
            activation,
            arguments.inputs.get(0),
            arguments.output,
            threadScratch,
            first,
            last));
  }

  @Override
  protected void release() {
    weights.free();
  }
}
