package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Pooling;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/** Maximum or average of whole channels. A task is one channel of one image. */
final class PlainGlobalPooling extends CheckedKernel {
  private final boolean maximum;

  PlainGlobalPooling(GlobalPooling operator, List<Operand> inputs) {
    super(operator, inputs);
    maximum = operator.kind() == Pooling.Kind.MAXIMUM;
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    for (int channel = first; channel < last; channel++) {
      arguments.output.put(channel, pool(arguments.inputs.get(0), channel));
    }
  }

  private float pool(FloatBuffer input, int channel) {
    int plane = input(0).count(1, 3);
    float largest = Float.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = channel * plane; i < (channel + 1) * plane; i++) {
      largest = Math.max(largest, input.get(i));
      sum += input.get(i);
    }
    return maximum ? largest : (float) (sum / plane);
  }
}
