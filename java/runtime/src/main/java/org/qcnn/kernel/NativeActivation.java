package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.kernel.support.Blocks;
import org.qcnn.kernel.support.CheckedKernel;

/** An activation that stands alone. A task is a block of elements. */
final class NativeActivation extends CheckedKernel {
  private static final Blocks ELEMENTS = new Blocks(4096);

  private final int isa;
  private final ByteBuffer activation;

  NativeActivation(Activate operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    activation = NativeStruct.of(operator.activation());
  }

  @Override
  public int tasks(int stage, int batch) {
    return ELEMENTS.count(Math.multiplyExact(batch, output().count()));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    int elements = arguments.batch * output().count();
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_activation_run(
            isa,
            activation,
            arguments.inputs.get(0),
            arguments.output,
            ELEMENTS.begin(first),
            ELEMENTS.end(last, elements)));
  }
}
