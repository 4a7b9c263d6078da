package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Pooling;
import org.qcnn.kernel.support.CheckedKernel;

/** Maximum or average of whole channels. A task is one channel of one image. */
final class NativeGlobalPooling extends CheckedKernel {
  private final int isa;
  private final int maximum;

  NativeGlobalPooling(GlobalPooling operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    maximum = operator.kind() == Pooling.Kind.MAXIMUM ? 1 : 0;
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
        NativeBinding.qcnn_global_pooling_run(
            isa,
            maximum,
            input(0).count(1, 3),
            arguments.inputs.get(0),
            arguments.output,
            first,
            last));
  }
}
