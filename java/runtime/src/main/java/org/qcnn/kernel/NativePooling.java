package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.kernel.support.CheckedKernel;

/** Pooling over a sliding window. A task is one channel of one image. */
final class NativePooling extends CheckedKernel {
  private final IntBuffer shape;

  NativePooling(Pooling operator, List<Operand> inputs) {
    super(operator, inputs);
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
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_pooling_run(
            shape, arguments.inputs.get(0), arguments.output, first, last));
  }
}
