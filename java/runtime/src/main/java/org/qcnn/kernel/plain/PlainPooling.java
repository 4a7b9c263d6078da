package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/** Pooling over a sliding window. A task is one channel of one image. */
final class PlainPooling extends CheckedKernel {
  private final Window window;
  private final boolean maximum;
  private final boolean countIncludePad;
  private final int height;
  private final int width;

  PlainPooling(Pooling operator, List<Operand> inputs) {
    super(operator, inputs);
    window = operator.window();
    maximum = operator.kind() == Pooling.Kind.MAXIMUM;
    countIncludePad = operator.countIncludePad();
    height = input(0).extent(1);
    width = input(0).extent(2);
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    int rows = output().extent(1);
    int columns = output().extent(2);
    for (int channel = first; channel < last; channel++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          float pooled = pool(arguments.inputs.get(0), channel * height * width, row, column);
          arguments.output.put((channel * rows + row) * columns + column, pooled);
        }
      }
    }
  }

  private float pool(FloatBuffer input, int channel, int row, int column) {
    float largest = Float.NEGATIVE_INFINITY;
    double sum = 0;
    int pixels = 0;
    int counted = 0;
    for (int ky = 0; ky < window.kernelHeight; ky++) {
      int y = row * window.strideHeight + ky * window.dilationHeight - window.padTop;
      for (int kx = 0; kx < window.kernelWidth; kx++) {
        int x = column * window.strideWidth + kx * window.dilationWidth - window.padLeft;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          float value = input.get(channel + y * width + x);
          largest = Math.max(largest, value);
          sum += value;
          pixels++;
        }
        // A window never begins before the padding, but may end behind it.
        if (y < height + window.padBottom && x < width + window.padRight) {
          counted++;
        }
      }
    }
    // A dilated window may step over a small image and see nothing of it.
    return maximum ? largest : (float) (sum / Math.max(1, countIncludePad ? counted : pixels));
  }
}
