package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.Blocks;
import org.qcnn.kernel.support.CheckedKernel;

/** An activation that stands alone. A task is a block of elements. */
final class PlainActivation extends CheckedKernel {
  private static final Blocks ELEMENTS = new Blocks(4096);

  private final Activation activation;

  PlainActivation(Activate operator, List<Operand> inputs) {
    super(operator, inputs);
    activation = operator.activation();
  }

  @Override
  public int tasks(int stage, int batch) {
    return ELEMENTS.count(Math.multiplyExact(batch, output().count()));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    FloatBuffer input = arguments.inputs.get(0);
    int end = ELEMENTS.end(last, arguments.batch * output().count());
    for (int i = ELEMENTS.begin(first); i < end; i++) {
      arguments.output.put(i, activation.apply(input.get(i)));
    }
  }
}
