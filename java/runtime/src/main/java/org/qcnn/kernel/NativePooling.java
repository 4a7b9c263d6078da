package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.kernel.support.CheckedKernel;

/** Pooling over a sliding window. A task is one channel of one image. */
final class NativePooling extends CheckedKernel {
  private final int isa;
  private final IntBuffer shape;
  private final long scratchBytes;

  NativePooling(Pooling operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    Window window = operator.window();
    shape =
        NativeStruct.of(
            operator.kind() == Pooling.Kind.MAXIMUM ? 1 : 0,
            input(0).extent(1),
            input(0).extent(2),
            output().extent(1),
            output().extent(2),
            window.kernelHeight,
            window.kernelWidth,
            window.strideHeight,
            window.strideWidth,
            window.padTop,
            window.padLeft,
            window.padBottom,
            window.padRight,
            window.dilationHeight,
            window.dilationWidth,
            operator.countIncludePad() ? 1 : 0);
    scratchBytes = NativeStatus.size(name(), NativeBinding.qcnn_pooling_scratch_size(shape));
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  public long threadScratchBytes(int batch) {
    return scratchBytes;
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_pooling_run(
            isa, shape, arguments.inputs.get(0), arguments.output, threadScratch, first, last));
  }
}
