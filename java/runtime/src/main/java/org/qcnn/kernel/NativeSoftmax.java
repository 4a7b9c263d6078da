package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.Softmax;
import org.qcnn.kernel.support.CheckedKernel;

/** Softmax of {@code [outer][axis][inner]}. A task is one outer index, through all images. */
final class NativeSoftmax extends CheckedKernel {
  private final int isa;
  private final int outer;
  private final int axis;
  private final int inner;

  NativeSoftmax(Softmax operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    outer = input(0).count(0, operator.firstAxis());
    axis = input(0).count(operator.firstAxis(), operator.lastAxis() + 1);
    inner = input(0).count(operator.lastAxis() + 1, input(0).rank());
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, outer);
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_softmax_run(
            isa, axis, inner, arguments.inputs.get(0), arguments.output, first, last));
  }
}
