package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.util.List;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.kernel.support.Blocks;
import org.qcnn.kernel.support.CheckedKernel;

/** Local response normalization. A task is a block of pixels, counted through all images. */
final class NativeNormalization extends CheckedKernel {
  private static final Blocks PIXELS = new Blocks(64);

  private final int isa;
  private final LocalResponseNormalization operator;

  NativeNormalization(LocalResponseNormalization operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    this.operator = operator;
  }

  private int plane() {
    return output().count(1, 3);
  }

  @Override
  public int tasks(int stage, int batch) {
    return PIXELS.count(Math.multiplyExact(batch, plane()));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_local_response_normalization_run(
            isa,
            output().extent(0),
            plane(),
            operator.size(),
            operator.alpha(),
            operator.beta(),
            operator.k(),
            arguments.inputs.get(0),
            arguments.output,
            PIXELS.begin(first),
            PIXELS.end(last, arguments.batch * plane())));
  }
}
