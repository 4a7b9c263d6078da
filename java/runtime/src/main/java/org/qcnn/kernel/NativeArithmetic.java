package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Arithmetic;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;
import org.qcnn.kernel.support.Strides;

/** An elementwise function of two inputs. A task is one index of the outermost axis of an image. */
final class NativeArithmetic extends CheckedKernel {
  private final int isa;
  private final int kind;
  private final int tasksPerImage;
  private final IntBuffer strides;
  private final ByteBuffer activation;

  NativeArithmetic(Arithmetic operator, List<Operand> inputs, int isa) {
    super(operator, inputs);
    this.isa = isa;
    Strides walk = Strides.broadcast(input(0), input(1), output());
    kind = operator.kind().code;
    tasksPerImage = walk.outermost();
    strides = NativeStruct.of(walk.toArray());
    activation = NativeStruct.of(operator.activation());
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, tasksPerImage);
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    Images.split(
        tasksPerImage, first, last, (image, begin, end) -> run(arguments, image, begin, end));
  }

  private void run(KernelArguments arguments, int image, int first, int last) {
    NativeStatus.check(
        name(),
        NativeBinding.qcnn_arithmetic_run(
            isa,
            strides,
            kind,
            activation,
            BufferPart.of(arguments.inputs.get(0), inputOffset(0, image)),
            BufferPart.of(arguments.inputs.get(1), inputOffset(1, image)),
            BufferPart.of(arguments.output, outputOffset(image)),
            first,
            last));
  }
}
