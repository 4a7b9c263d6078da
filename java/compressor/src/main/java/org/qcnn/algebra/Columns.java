package org.qcnn.algebra;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * im2col: what a sliding window sees, as a matrix {@code [channels * kh * kw, positions]}. Each row
 * of it is one channel shifted by one kernel position, so most of it is copied in long runs. Can be
 * written and read in strips of a few lines of the output, which stay in the processor's cache.
 */
public final class Columns {
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
  public Columns(Window window, Shape input, int channels) {
    this.window = window;
    this.channels = channels;
    this.height = input.extent(1);
    this.width = input.extent(2);
    this.outputHeight = window.outputHeight(height);
    this.outputWidth = window.outputWidth(width);
    this.zeros = new float[outputWidth];
  }

  /** Returns whether a 1x1 window makes the matrix the input itself. */
  public boolean areTheInput() {
    return window.kernelPositions() == 1
        && hasStrideOne()
        && outputHeight == height
        && outputWidth == width;
  }

  private boolean hasStrideOne() {
    return window.strideHeight == 1 && window.strideWidth == 1;
  }

  /** Returns the rows of the matrix. */
  public int depth() {
    return channels * window.kernelPositions();
  }

  /** Returns the columns of the matrix, one for each position of the window. */
  public int positions() {
    return outputHeight * outputWidth;
  }

  /** Returns the lines of the output. */
  public int lines() {
    return outputHeight;
  }

  /** Returns the positions of one line of the output. */
  public int positionsPerLine() {
    return outputWidth;
  }

  /** Writes the matrix of the group whose first channel begins at {@code start}. */
  public void fill(FloatBuffer input, int start, FloatBuffer matrix) {
    fill(input, start, 0, outputHeight, matrix, positions());
  }

  /**
   * Writes the columns of some lines of the output.
   *
   * @param start where the group's first channel begins in the input
   * @param lines how many, from line {@code firstLine} on
   * @param matrix takes them from its start, row by row
   * @param rowLength from the beginning of a row to that of the next
   */
  public void fill(
      FloatBuffer input, int start, int firstLine, int lines, FloatBuffer matrix, int rowLength) {
    boolean whole = hasStrideOne() && outputWidth == width;
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      int plane = start + channel * height * width;
      for (int y = 0; y < window.kernelHeight; y++) {
        int down = (y * window.dilationHeight - window.padTop) + firstLine * window.strideHeight;
        for (int x = 0; x < window.kernelWidth; x++) {
          int right = x * window.dilationWidth - window.padLeft;
          if (whole) {
            shiftPlane(input, plane, down, right, lines, matrix, row);
          } else {
            shiftLines(input, plane, down, right, lines, matrix, row);
          }
          row += rowLength;
        }
      }
    }
  }

  /** Copies a plane at once, then repairs the edges, where lines ran into their neighbours. */
  private void shiftPlane(
      FloatBuffer input, int plane, int down, int right, int lines, FloatBuffer matrix, int row) {
    int firstLine = Math.min(lines, Math.max(0, -down));
    int endLine = Math.max(firstLine, Math.min(lines, height - down));
    int shift = down * width + right;
    int begin = Math.max(firstLine * width, -shift);
    int end = Math.min(endLine * width, height * width - shift);
    if (begin < end) {
      matrix.put(row + begin, input, plane + begin + shift, end - begin);
    }
    for (int line = 0; line < lines; line++) {
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
      FloatBuffer input, int plane, int down, int right, int lines, FloatBuffer matrix, int row) {
    int stride = window.strideWidth;
    int begin = Math.min(outputWidth, firstAtLeast(-right, stride));
    int end = Math.max(begin, Math.min(outputWidth, firstAtLeast(width - right, stride)));
    for (int line = 0; line < lines; line++) {
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

  /**
   * Adds columns back to where {@link #fill} took them from: the gradient of the input from that of
   * the columns. Parameters as there.
   *
   * @param plane room for one channel of the input
   * @param positions room for {@link #positions}
   */
  public void scatter(
      FloatBuffer matrix,
      int rowLength,
      int firstLine,
      int lines,
      FloatBuffer input,
      int start,
      float[] plane,
      float[] positions) {
    int firstInputLine = Math.max(0, firstLine * window.strideHeight - window.padTop);
    int reach = (window.kernelHeight - 1) * window.dilationHeight;
    int endInputLine =
        Math.min(height, (firstLine + lines - 1) * window.strideHeight - window.padTop + reach + 1);
    if (endInputLine <= firstInputLine) {
      return;
    }
    int seen = (endInputLine - firstInputLine) * width;
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      int place = start + channel * height * width + firstInputLine * width;
      input.get(place, plane, 0, seen);
      for (int y = 0; y < window.kernelHeight; y++) {
        int down =
            y * window.dilationHeight
                - window.padTop
                + firstLine * window.strideHeight
                - firstInputLine;
        for (int x = 0; x < window.kernelWidth; x++) {
          matrix.get(row, positions, 0, lines * outputWidth);
          int right = x * window.dilationWidth - window.padLeft;
          if (hasStrideOne() && outputWidth == width) {
            addPlane(positions, plane, down, right, lines, seen / width);
          } else {
            addLines(positions, plane, down, right, lines, seen / width);
          }
          row += rowLength;
        }
      }
      input.put(place, plane, 0, seen);
    }
  }

  /** Adds all lines at once, after clearing what lies beyond the edges. */
  private void addPlane(float[] row, float[] plane, int down, int right, int lines, int seenLines) {
    int firstLine = Math.min(lines, Math.max(0, -down));
    int endLine = Math.max(firstLine, Math.min(lines, seenLines - down));
    for (int line = firstLine; line < endLine; line++) {
      int from = line * width;
      if (right < 0) {
        Arrays.fill(row, from, from + Math.min(-right, width), 0f);
      } else if (right > 0) {
        Arrays.fill(row, from + Math.max(0, width - right), from + width, 0f);
      }
    }
    int shift = down * width + right;
    int begin = Math.max(firstLine * width, -shift);
    int end = Math.min(endLine * width, seenLines * width - shift);
    add(row, begin, plane, begin + shift, end - begin);
  }

  private void addLines(float[] row, float[] plane, int down, int right, int lines, int seenLines) {
    int stride = window.strideWidth;
    int begin = Math.min(outputWidth, firstAtLeast(-right, stride));
    int end = Math.max(begin, Math.min(outputWidth, firstAtLeast(width - right, stride)));
    for (int line = 0; line < lines; line++) {
      int y = line * window.strideHeight + down;
      if (y < 0 || y >= seenLines) {
        continue;
      }
      int source = line * outputWidth;
      int target = y * width + right;
      if (stride == 1) {
        add(row, source + begin, plane, target + begin, end - begin);
      } else {
        for (int x = begin; x < end; x++) {
          plane[target + x * stride] += row[source + x];
        }
      }
    }
  }

  private static void add(float[] row, int source, float[] plane, int target, int count) {
    for (int i = 0; i < count; i++) {
      plane[target + i] += row[source + i];
    }
  }

  /** Returns the first multiple of the stride, in strides, that is not below a distance. */
  private static int firstAtLeast(int distance, int stride) {
    return Math.max(0, Math.floorDiv(distance + stride - 1, stride));
  }
}
