package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.support.CheckedKernel;

/**
 * Quantized convolution by lookup tables or by products: one stage quantizes the input, unless that
 * is handed over; the other one looks up, or multiplies, and sums. That may take the maxima of
 * squares of sums before they become outputs, and write these as the quantized input of the kernel
 * that reads them; its last task then writes what lies around that input.
 */
final class NativeLookupConvolution extends CheckedKernel {
  private final IntBuffer shape;
  private final int isa;
  private final ByteBuffer activation;
  private final boolean handedInput;
  private final NativeLookupConvolution reader; // null: outputs are written as such
  private final NativeWeights weights;

  NativeLookupConvolution(FusedConvolution convolution, int isa) {
    super(convolution.layer(), convolution.inputs(), convolution.outputShape());
    Convolution operator = convolution.layer();
    this.isa = isa;
    this.shape = LookupFusion.shape(convolution);
    this.activation = NativeStruct.of(operator.activation());
    this.handedInput = convolution.hasHandedInput();
    this.reader = (NativeLookupConvolution) convolution.reader().orElse(null);
    this.weights = pack(operator, convolution.way());
  }

  private NativeWeights pack(Convolution operator, Way way) {
    QuantizedWeights quantized = (QuantizedWeights) operator.weights();
    // Products have no sums of entries that could be too large for these.
    byte[] shifts =
        way == Way.PRODUCTS ? quantized.tableShifts() : TableShifts.of(operator, quantized);
    ByteBuffer tableShifts = shifts.length == 0 ? null : NativeStruct.of(shifts);
    float[] bounds = quantized.inputBounds();
    FloatBuffer inputBounds = bounds.length == 0 ? null : NativeStruct.of(bounds);
    long packedSize = NativeBinding.qcnn_lookup_convolution_packed_size(shape, isa);
    int codes = quantized.assignmentPlanes().count();
    try (NativeCodebooks source = new NativeCodebooks(name(), quantized, codes)) {
      NativeWeights target = NativeWeights.allocate(name(), packedSize, operator.bias());
      return target.packed(
          name(),
          NativeBinding.qcnn_lookup_convolution_pack(
              shape,
              isa,
              source.codebooks,
              source.codes(0, codes),
              quantized.inputRange(),
              quantized.responseRange(),
              tableShifts,
              inputBounds,
              target.packed));
    }
  }

  @Override
  public int stages() {
    return handedInput ? 1 : 2;
  }

  private boolean quantizes(int stage) {
    return stage == 0 && !handedInput;
  }

  @Override
  public int tasks(int stage, int batch) {
    if (quantizes(stage)) {
      return prepareTasks();
    }
    int sums =
        NativeStatus.tasks(name(), NativeBinding.qcnn_lookup_convolution_tasks(shape, isa, batch));
    return reader == null ? sums : Math.addExact(1, sums);
  }

  private int prepareTasks() {
    return NativeStatus.tasks(name(), NativeBinding.qcnn_lookup_convolution_prepare_tasks(shape));
  }

  private long preparedBytes(int batch) {
    return NativeStatus.size(
        name(), NativeBinding.qcnn_lookup_convolution_prepared_size(shape, isa, batch));
  }

  @Override
  protected long inputBytes(int index, int batch) {
    return handedInput ? preparedBytes(batch) : super.inputBytes(index, batch);
  }

  @Override
  public long outputBytes(int batch) {
    return reader == null ? super.outputBytes(batch) : reader.preparedBytes(batch);
  }

  @Override
  public long sharedScratchBytes(int batch) {
    return handedInput ? 0 : preparedBytes(batch);
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
    FloatBuffer input = arguments.inputs.get(0);
    Buffer prepared = handedInput ? input : arguments.sharedScratch;
    if (quantizes(stage)) {
      prepare(arguments.batch, input, prepared, first, last);
    } else if (reader != null) {
      handOver(stage, arguments, prepared, threadScratch, first, last);
    } else {
      NativeStatus.check(
          name(),
          NativeBinding.qcnn_lookup_convolution_run(
              shape,
              arguments.batch,
              weights.packed,
              weights.bias,
              activation,
              prepared,
              arguments.output,
              threadScratch,
              first,
              last));
    }
  }

  /** Quantizes an input, or for null writes what lies around one that is handed over. */
  private void prepare(int batch, FloatBuffer input, Buffer prepared, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_lookup_convolution_prepare(
            shape, batch, weights.packed, input, prepared, first, last));
  }

  private void handOver(
      int stage,
      KernelArguments arguments,
      Buffer prepared,
      ByteBuffer threadScratch,
      int first,
      int last) {
    if (reader.isClosed()) {
      throw new IllegalStateException("the kernel that reads what " + name() + " writes is closed");
    }
    int sums = knownTasks(stage, arguments.batch) - 1;
    if (last > sums) {
      reader.prepare(arguments.batch, null, arguments.output, 0, reader.prepareTasks());
    }
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_lookup_convolution_hand_over(
            shape,
            arguments.batch,
            weights.packed,
            weights.bias,
            activation,
            prepared,
            reader.shape,
            reader.weights.packed,
            arguments.output,
            threadScratch,
            Math.min(first, sums),
            Math.min(last, sums)));
  }

  @Override
  protected void release() {
    weights.free();
  }
}
