package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Arithmetic;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;
import org.qcnn.kernel.support.Strides;

/** An elementwise function of two inputs. A task is one index of the outermost axis of an image. */
final class PlainArithmetic extends CheckedKernel {
  private final Arithmetic operator;
  private final Strides strides;

  PlainArithmetic(Arithmetic operator, List<Operand> inputs) {
    super(operator, inputs);
    this.operator = operator;
    this.strides = Strides.broadcast(input(0), input(1), output());
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, strides.outermost());
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    FloatBuffer a = arguments.inputs.get(0);
    FloatBuffer b = arguments.inputs.get(1);
    Images.split(
        strides.outermost(),
        first,
        last,
        (image, begin, end) -> {
          int aImage = inputOffset(0, image);
          int bImage = inputOffset(1, image);
          strides.forEachRow(
              begin,
              end,
              (aRow, bRow, row) -> {
                int to = outputOffset(image) + row * strides.rowLength();
                for (int i = 0; i < strides.rowLength(); i++) {
                  float left = a.get(aImage + aRow + i * strides.aStep());
                  float right = b.get(bImage + bRow + i * strides.bStep());
                  float result = operator.apply(left, right);
                  arguments.output.put(to + i, operator.activation().apply(result));
                }
              });
        });
  }
}
