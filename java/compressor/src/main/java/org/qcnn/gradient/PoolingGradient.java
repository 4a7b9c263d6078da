package org.qcnn.gradient;

import java.util.List;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** The derivative of pooling: to the first largest pixel of the window, or to all alike. */
final class PoolingGradient implements OperatorGradient {
  private final Window window;
  private final boolean maximum;
  private final boolean countIncludePad;
  private final int channels;
  private final int height;
  private final int width;
  private final int outputHeight;
  private final int outputWidth;

  PoolingGradient(Pooling operator, Shape input) {
    window = operator.window();
    maximum = operator.kind() == Pooling.Kind.MAXIMUM;
    countIncludePad = operator.countIncludePad();
    channels = input.extent(0);
    height = input.extent(1);
    width = input.extent(2);
    Shape output = operator.outputShape(List.of(input));
    outputHeight = output.extent(1);
    outputWidth = output.extent(2);
  }

  @Override
  public boolean readsInputs() {
    return maximum;
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    int next = 0;
    for (int channel = 0; channel < channels; channel++) {
      int plane = channel * height * width;
      for (int row = 0; row < outputHeight; row++) {
        int top = row * window.strideHeight - window.padTop;
        for (int column = 0; column < outputWidth; column++) {
          int left = column * window.strideWidth - window.padLeft;
          float share = gradient[next++];
          if (maximum) {
            int place = largest(inputs[0], plane, top, left);
            if (place >= 0) {
              ofInputs[0][place] += share;
            }
          } else {
            spread(ofInputs[0], plane, top, left, share);
          }
        }
      }
    }
  }

  /** Returns where the first largest pixel under a window is, -1 if there is none. */
  private int largest(float[] input, int plane, int top, int left) {
    int best = -1;
    for (int ky = 0; ky < window.kernelHeight; ky++) {
      int y = top + ky * window.dilationHeight;
      for (int kx = 0; kx < window.kernelWidth; kx++) {
        int x = left + kx * window.dilationWidth;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          int place = plane + y * width + x;
          best = best < 0 || input[place] > input[best] ? place : best;
        }
      }
    }
    return best;
  }

  private void spread(float[] target, int plane, int top, int left, float gradient) {
    float share = gradient / Math.max(1, pixels(top, left));
    for (int ky = 0; ky < window.kernelHeight; ky++) {
      int y = top + ky * window.dilationHeight;
      for (int kx = 0; kx < window.kernelWidth; kx++) {
        int x = left + kx * window.dilationWidth;
        if (y >= 0 && y < height && x >= 0 && x < width) {
          target[plane + y * width + x] += share;
        }
      }
    }
  }

  /** Returns the number that an average is divided by. */
  private int pixels(int top, int left) {
    int rows =
        countIncludePad
            ? inside(
                top,
                window.dilationHeight,
                window.kernelHeight,
                -window.padTop,
                height + window.padBottom)
            : inside(top, window.dilationHeight, window.kernelHeight, 0, height);
    int columns =
        countIncludePad
            ? inside(
                left,
                window.dilationWidth,
                window.kernelWidth,
                -window.padLeft,
                width + window.padRight)
            : inside(left, window.dilationWidth, window.kernelWidth, 0, width);
    return rows * columns;
  }

  private static int inside(int start, int step, int count, int first, int end) {
    int inside = 0;
    for (int i = 0; i < count; i++) {
      int at = start + i * step;
      inside += at >= first && at < end ? 1 : 0;
    }
    return inside;
  }
}
