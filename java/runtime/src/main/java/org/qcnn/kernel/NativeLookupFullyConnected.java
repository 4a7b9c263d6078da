package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.support.CheckedKernel;

/** Fully-connected layer by lookup tables: stage 0 builds the tables of images, stage 1 sums. */
final class NativeLookupFullyConnected extends CheckedKernel {
  private static final int CODE_SLICE = 256; // as the C code has it

  private final IntBuffer shape;
  private final ByteBuffer activation;
  private final NativeWeights weights;

  NativeLookupFullyConnected(
      FullyConnected operator, QuantizedWeights quantized, List<Operand> inputs, int isa) {
    super(operator, inputs);
    shape =
        NativeStruct.of(
            input(0).count(),
            output().count(),
            quantized.subspaces(),
            quantized.subCodewords(),
            quantized.subCodewordSize());
    activation = NativeStruct.of(operator.activation());
    long packedSize = NativeBinding.qcnn_lookup_fully_connected_packed_size(shape, isa);
    int slice = Math.min(CODE_SLICE, output().count()) * quantized.subspaces();
    try (NativeCodebooks source = new NativeCodebooks(name(), quantized, slice)) {
      NativeWeights target = NativeWeights.allocate(name(), packedSize, operator.bias());
      target.packed(
          name(),
          NativeBinding.qcnn_lookup_fully_connected_pack(
              shape,
              isa,
              source.codebooks,
              quantized.inputRange(),
              quantized.responseRange(),
              target.packed));
      for (int first = 0; first < output().count(); first += CODE_SLICE) {
        target.packed(name(), packCodes(source, quantized.subspaces(), first, target));
      }
      weights = target;
    }
  }

  private int packCodes(NativeCodebooks source, int subspaces, int first, NativeWeights target) {
    int count = Math.min(CODE_SLICE, output().count() - first);
    return NativeBinding.qcnn_lookup_fully_connected_pack_codes(
        shape, source.codes(first * subspaces, count * subspaces), first, count, target.packed);
  }

  @Override
  public int stages() {
    return 2;
  }

  @Override
  public int tasks(int stage, int batch) {
    return NativeStatus.tasks(
        name(),
        stage == 0
            ? NativeBinding.qcnn_lookup_fully_connected_build_tasks(shape, batch)
            : NativeBinding.qcnn_lookup_fully_connected_tasks(shape));
  }

  @Override
  public long sharedScratchBytes(int batch) {
    return NativeStatus.size(
        name(), NativeBinding.qcnn_lookup_fully_connected_tables_size(shape, batch));
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
        stage == 0
            ? NativeBinding.qcnn_lookup_fully_connected_build(
                shape,
                arguments.batch,
                weights.packed,
                arguments.inputs.get(0),
                arguments.sharedScratch,
                first,
                last)
            : NativeBinding.qcnn_lookup_fully_connected_run(
                shape,
                arguments.batch,
                weights.packed,
                weights.bias,
                activation,
                arguments.sharedScratch,
                arguments.output,
                first,
                last));
  }

  @Override
  protected void release() {
    weights.free();
  }
}
