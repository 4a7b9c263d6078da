package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Operands;
import org.qcnn.tensor.Shape;

/**
 * Convolution by lookup tables: stage 0 quantizes the input, stage 1 looks up and sums, and may
 * take the maxima of squares of sums before they become outputs.
 */
final class NativeLookupConvolution extends CheckedKernel {
  // Then the largest response makes the largest output.
  private static final Set<Activation.Kind> NEVER_FALL =
      EnumSet.of(Activation.Kind.NONE, Activation.Kind.RELU, Activation.Kind.CLIP);

  private final IntBuffer shape;
  private final int isa;
  private final ByteBuffer activation;
  private final NativeWeights weights;

  NativeLookupConvolution(
      Convolution operator, QuantizedWeights quantized, List<Operand> inputs, int isa) {
    this(operator, quantized, inputs, isa, Operands.outputShape(operator, inputs), false);
  }

  private NativeLookupConvolution(
      Convolution operator,
      QuantizedWeights quantized,
      List<Operand> inputs,
      int isa,
      Shape output,
      boolean pooled) {
    super(operator, inputs, output);
    this.isa = isa;
    byte[] shifts = TableShifts.of(operator, quantized);
    int tableBits = shifts.length == 0 ? 16 : 8;
    shape =
        NativeStruct.convolution(
            input(0),
            Operands.outputShape(operator, inputs),
            operator.window(),
            operator.groups(),
            quantized.subspaces(),
            quantized.subCodewords(),
            quantized.subCodewordSize(),
            tableBits,
            LookupWork.operandBits(quantized),
            pooled ? 1 : 0);
    activation = NativeStruct.of(operator.activation());
    ByteBuffer tableShifts = tableBits == 16 ? null : NativeStruct.of(shifts);
    float[] bounds = quantized.inputBounds();
    FloatBuffer inputBounds = bounds.length == 0 ? null : NativeStruct.of(bounds);
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

  /**
   * Returns the kernel that also pools its output; empty if this pooling, layer or instruction set
   * does not go with it.
   */
  static Optional<Kernel> pooled(
      Convolution operator,
      QuantizedWeights quantized,
      List<Operand> inputs,
      int isa,
      Pooling pooling) {
    Shape output = Operands.outputShape(operator, inputs);
    Window window = pooling.window();
    boolean squares =
        pooling.kind() == Pooling.Kind.MAXIMUM
            && window.equals(Window.square(2, 2, 0))
            && output.extent(1) % 2 == 0
            && output.extent(2) % 2 == 0;
    if (!squares
        || !NEVER_FALL.contains(operator.activation().kind)
        || !LookupWork.filtersSideBySide(operator, inputs.get(0).shape(), isa)) {
      return Optional.empty();
    }
    Shape pooled = pooling.outputShape(List.of(output));
    return Optional.of(new NativeLookupConvolution(operator, quantized, inputs, isa, pooled, true));
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
