package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;

/** All operators in C, for one instruction set. Immutable and safe to share between threads. */
public final class NativeKernels implements KernelSet {
  private final InstructionSet instructionSet;
  private final ConvolutionCost cost;

  private NativeKernels(InstructionSet instructionSet) {
    this.instructionSet = instructionSet;
    this.cost = new ConvolutionCost(instructionSet.name);
  }

  /**
   * Returns the kernels for the best instruction set of this machine, or for the one that the
   * system property {@code qcnn.isa} forces: scalar, avx2, avx512, amx, neon or neon-dotprod.
   *
   * @throws KernelException if the native library cannot be loaded or the forced instruction set is
   *     unknown or unavailable
   */
  public static NativeKernels load() {
    NativeLibrary.require();
    return new NativeKernels(InstructionSet.chosen());
  }

  /**
   * Returns the kernels for one instruction set.
   *
   * @throws KernelException if the native library cannot be loaded or the instruction set is
   *     unknown or unavailable
   */
  public static NativeKernels forInstructionSet(String name) {
    return new NativeKernels(InstructionSet.named(name));
  }

  /** Returns the names of the instruction sets that this machine has, the best last. */
  public static List<String> supportedInstructionSets() {
    List<String> names = new ArrayList<>();
    for (InstructionSet one : InstructionSet.supported()) {
      names.add(one.name);
    }
    return names;
  }

  @Override
  public String description() {
    return "native " + instructionSet;
  }

  @Override
  public Optional<ConvolutionCost> cost() {
    return Optional.of(cost);
  }

  @Override
  public Way fastestWay(Convolution layer, Shape input) {
    return cost.fastest(layer, input);
  }

  @Override
  public boolean multiplies(Convolution layer, Shape input) {
    return LookupFusion.multiplies(layer, input, instructionSet.code);
  }

  @Override
  public Memory allocate(long bytes) {
    return new NativeMemory(bytes);
  }

  @Override
  public boolean canRead(FloatBuffer buffer) {
    return KernelSet.super.canRead(buffer) && NativeMemory.isVisible(buffer);
  }

  @Override
  public void convert(YuvPicture picture, ByteBuffer rgb) {
    NativeYuv.toRgb(picture, rgb);
  }

  @Override
  public Kernel compile(Operator operator, List<Operand> inputs) {
    return operator.accept(new NativeCompiler(inputs, instructionSet.code));
  }

  @Override
  public boolean pools(FusedConvolution convolution, Pooling pooling) {
    return isQuantized(convolution)
        && LookupFusion.pools(convolution, pooling, instructionSet.code);
  }

  @Override
  public boolean handsOver(FusedConvolution convolution, FusedConvolution reader) {
    return isQuantized(convolution)
        && isQuantized(reader)
        && LookupFusion.handsOver(convolution, reader, instructionSet.code);
  }

  private static boolean isQuantized(FusedConvolution convolution) {
    return convolution.layer().weights() instanceof QuantizedWeights;
  }

  @Override
  public Kernel compile(FusedConvolution convolution) {
    return isQuantized(convolution)
        ? new NativeLookupConvolution(convolution, instructionSet.code)
        : compile(convolution.layer(), convolution.inputs());
  }
}
