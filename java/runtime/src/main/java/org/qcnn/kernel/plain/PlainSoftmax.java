package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Softmax;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/** Softmax of {@code [outer][axis][inner]}. A task is one outer index, through all images. */
final class PlainSoftmax extends CheckedKernel {
  private final int outer;
  private final int axis;
  private final int inner;

  PlainSoftmax(Softmax operator, List<Operand> inputs) {
    super(operator, inputs);
    outer = input(0).count(0, operator.firstAxis());
    axis = input(0).count(operator.firstAxis(), operator.lastAxis() + 1);
    inner = input(0).count(operator.lastAxis() + 1, input(0).rank());
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, outer);
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    for (int task = first; task < last; task++) {
      for (int i = 0; i < inner; i++) {
        distribute(arguments.inputs.get(0), arguments.output, task * axis * inner + i);
      }
    }
  }

  private void distribute(FloatBuffer input, FloatBuffer output, int begin) {
    int end = begin + axis * inner;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = begin; i < end; i += inner) {
      largest = Math.max(largest, input.get(i));
    }
    double sum = 0;
    for (int i = begin; i < end; i += inner) {
      sum += Math.exp((double) input.get(i) - largest);
    }
    for (int i = begin; i < end; i += inner) {
      output.put(i, (float) (Math.exp((double) input.get(i) - largest) / sum));
    }
  }
}
