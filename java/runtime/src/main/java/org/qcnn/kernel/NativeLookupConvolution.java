package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.support.CheckedKernel;

/** Convolution by lookup tables: stage 0 quantizes the input, stage 1 looks up and sums. */
final class NativeLookupConvolution extends CheckedKernel {
  private final IntBuffer shape;
  private final int isa;
  private final ByteBuffer activation;
  private final NativeWeights weights;

  NativeLookupConvolution(
      Convolution operator, QuantizedWeights quantized, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    byte[] shifts = TableShifts.of(operator, quantized);
    int tableBits = shifts.length == 0 ? 16 : 8;
    shape =
        NativeStruct.convolution(
            input(0),
            output(),
            operator.window(),
            operator.groups(),
            quantized.subspaces(),
            quantized.subCodewords(),
            quantized.subCodewordSize(),
            tableBits);
    activation = NativeStruct.of(operator.activation());
    ByteBuffer tableShifts = tableBits == 16 ? null : NativeStruct.of(shifts);
    FloatBuffer inputBounds = tableBits == 16 ? null : NativeStruct.of(quantized.inputBounds());
    long packedSize = NativeBinding.qcnn_lookup_convolution_packed_size(shape, isa);
    try (NativeCodebooks source = new NativeCodebooks(name(), quantized)) {
      NativeWeights target = NativeWeights.allocate(name(), packedSize, operator.bias());
      weights =
          target.packed(
              name(),
              NativeBinding.qcnn_lookup_convolution_pack(
                  shape,
                  isa,
                  source.codebooks,
                  source.codes,
                  quantized.inputRange(),
                  quantized.responseRange(),
                  tableShifts,
                  inputBounds,
                  target.packed));
    }
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
            ? NativeBinding.qcnn_lookup_convolution_prepare_tasks(shape)
            : NativeBinding.qcnn_lookup_convolution_tasks(shape, isa, batch));
  }

  @Override
  public long sharedScratchBytes(int batch) {
    return NativeStatus.size(
        name(), NativeBinding.qcnn_lookup_convolution_prepared_size(shape, isa, batch));
  }

  @Override
  public long threadScratchBytes(int batch) {
    return NativeStatus.size(
        name(), NativeBinding.qcnn_lookup_convolution_scratch_size(shape, isa, batch));
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
            ? NativeBinding.qcnn_lookup_convolution_prepare(
                shape,
                arguments.batch,
                weights.packed,
                arguments.inputs.get(0),
                arguments.sharedScratch,
                first,
                last)
            : NativeBinding.qcnn_lookup_convolution_run(
                shape,
                arguments.batch,
                weights.packed,
                weights.bias,
                activation,
                arguments.sharedScratch,
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
