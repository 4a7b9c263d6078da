package org.qcnn.baseline;

import java.nio.FloatBuffer;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * im2col: what a sliding window sees, as a matrix {@code [channels * kh * kw, positions]}. Each row
 * of it is one channel shifted by one kernel position, so most of it is copied in long runs.
 */
final class Columns {
  private final Window window;
  private final int channels;
  private final int height;
  private final int width;
  private final int outputHeight;
  private final int outputWidth;
  private final float[] zeros;

  /**
   * Plans the columns of one group.
   *
   * @param input {@code [all channels, height, width]}
   * @param channels those of one group
   */
  Columns(Window window, Shape input, int channels) {
    this.window = window;
    this.channels = channels;
    this.height = input.extent(1);
    this.width = input.extent(2);
    this.outputHeight = window.outputHeight(height);
    this.outputWidth = window.outputWidth(width);
    this.zeros = new float[outputWidth];
  }

  /** Returns whether a 1x1 window makes the matrix the input itself. */
  boolean areTheInput() {
    return window.kernelPositions() == 1
        && hasStrideOne()
        && outputHeight == height
        && outputWidth == width;
  }

  private boolean hasStrideOne() {
    return window.strideHeight == 1 && window.strideWidth == 1;
  }

  /** Returns the rows of the matrix. */
  int depth() {
    return channels * window.kernelPositions();
  }

  /** Returns the columns of the matrix, one for each position of the window. */
  int positions() {
    return outputHeight * outputWidth;
  }

  /** Writes the matrix of the group whose first channel begins at {@code start}. */
  void fill(FloatBuffer input, int start, FloatBuffer matrix) {
    boolean whole = hasStrideOne() && outputWidth == width;
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      int plane = start + channel * height * width;
      for (int y = 0; y < window.kernelHeight; y++) {
        int down = y * window.dilationHeight - window.padTop;
        for (int x = 0; x < window.kernelWidth; x++) {
          int right = x * window.dilationWidth - window.padLeft;
          if (whole) {
            shiftPlane(input, plane, down, right, matrix, row);
          } else {
            shiftLines(input, plane, down, right, matrix, row);
          }
          row += positions();
        }
      }
    }
  }

  /** Copies a plane at once, then repairs the edges, where lines ran into their neighbours. */
  private void shiftPlane(
      FloatBuffer input, int plane, int down, int right, FloatBuffer matrix, int row) {
    int firstLine = Math.min(outputHeight, Math.max(0, -down));
    int endLine = Math.max(firstLine, Math.min(outputHeight, height - down));
    int shift = down * width + right;
    int begin = Math.max(firstLine * width, -shift);
    int end = Math.min(endLine * width, height * width - shift);
    if (begin < end) {
      matrix.put(row + begin, input, plane + begin + shift, end - begin);
    }
    for (int line = 0; line < outputHeight; line++) {
      int lineStart = row + line * width;
      if (line < firstLine || line >= endLine) {
        matrix.put(lineStart, zeros);
      } else if (right < 0) {
        matrix.put(lineStart, zeros, 0, Math.min(-right, width));
      } else if (right > 0) {
        int inside = Math.max(0, width - right);
        matrix.put(lineStart + inside, zeros, 0, width - inside);
      }
    }
  }

  private void shiftLines(
      FloatBuffer input, int plane, int down, int right, FloatBuffer matrix, int row) {
    int stride = window.strideWidth;
    int begin = Math.min(outputWidth, firstAtLeast(-right, stride));
    int end = Math.max(begin, Math.min(outputWidth, firstAtLeast(width - right, stride)));
    for (int line = 0; line < outputHeight; line++) {
      int target = row + line * outputWidth;
      int y = line * window.strideHeight + down;
      if (y < 0 || y >= height) {
        matrix.put(target, zeros);
        continue;
      }
      matrix.put(target, zeros, 0, begin);
      int source = plane + y * width + right;
      if (stride == 1) {
        matrix.put(target + begin, input, source + begin, end - begin);
      } else {
        for (int x = begin; x < end; x++) {
          matrix.put(target + x, input.get(source + x * stride));
        }
      }
      matrix.put(target + end, zeros, 0, outputWidth - end);
    }
  }

  /** Returns the first multiple of the stride, in strides, that is not below a distance. */
  private static int firstAtLeast(int distance, int stride) {
    return Math.max(0, Math.floorDiv(distance + stride - 1, stride));
  }
}
