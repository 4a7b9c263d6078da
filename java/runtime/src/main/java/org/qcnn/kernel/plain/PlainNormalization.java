package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;

/** Local response normalization. A task is one channel of one image. */
final class PlainNormalization extends CheckedKernel {
  private final LocalResponseNormalization operator;

  PlainNormalization(LocalResponseNormalization operator, List<Operand> inputs) {
    super(operator, inputs);
    this.operator = operator;
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    Images.split(
        output().extent(0),
        first,
        last,
        (image, begin, end) -> {
          for (int channel = begin; channel < end; channel++) {
            normalize(arguments.inputs.get(0), image, channel, arguments.output);
          }
        });
  }

  private void normalize(FloatBuffer input, int image, int channel, FloatBuffer output) {
    int plane = input(0).count(1, 3);
    int firstChannel = Math.max(0, channel - (operator.size() - 1) / 2);
    int lastChannel = Math.min(input(0).extent(0) - 1, channel + operator.size() / 2);
    int imageBegin = inputOffset(0, image);
    for (int pixel = 0; pixel < plane; pixel++) {
      double squares = 0;
      for (int other = firstChannel; other <= lastChannel; other++) {
        double value = input.get(imageBegin + other * plane + pixel);
        squares += value * value;
      }
      double scale = operator.k() + (double) operator.alpha() / operator.size() * squares;
      int at = imageBegin + channel * plane + pixel;
      output.put(at, (float) (input.get(at) / Math.pow(scale, operator.beta())));
    }
  }
}
