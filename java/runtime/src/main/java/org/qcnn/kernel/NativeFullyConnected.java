package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.FullyConnected;
import org.qcnn.kernel.support.Blocks;
import org.qcnn.kernel.support.CheckedKernel;

/** Fully-connected layer with dense weights. A task is a block of outputs, for all images. */
final class NativeFullyConnected extends CheckedKernel {
  private static final Blocks OUTPUTS = new Blocks(16);

  private final int isa;
  private final ByteBuffer activation;
  private final NativeWeights weights;
  private final FloatBuffer dense;

  NativeFullyConnected(FullyConnected operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    this.activation = NativeStruct.of(operator.activation());
    FloatBuffer values = operator.weights().decode().values();
    this.weights =
        NativeWeights.allocate(name(), (long) values.remaining() * Float.BYTES, operator.bias());
    floats(weights.packed).put(values);
    this.dense = floats(weights.packed);
  }

  private static FloatBuffer floats(ByteBuffer bytes) {
    return bytes.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public int tasks(int stage, int batch) {
    return OUTPUTS.count(output().count());
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
        NativeBinding.qcnn_fully_connected_run(
            isa,
            input(0).count(),
            output().count(),
            arguments.batch,
            dense,
            weights.bias,
            activation,
            arguments.inputs.get(0),
            arguments.output,
            OUTPUTS.begin(first),
            OUTPUTS.end(last, output().count())));
  }

  @Override
  protected void release() {
    weights.free();
  }
}
