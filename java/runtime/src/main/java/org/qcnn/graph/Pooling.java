package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * Maximum or average over a sliding window: {@code [C, H, W] -> [C, H', W']}. Padding never wins a
 * maximum. An average divides by the number of pixels under the window; with {@link
 * #countIncludePad()} the declared padding counts as pixels, what {@link #ceilMode()} adds beyond
 * it never does.
 */
public final class Pooling extends Operator {
  /** What is taken over the window. */
  public enum Kind {
    MAXIMUM,
    AVERAGE
  }

  private final Kind kind;
  private final Window window;
  private final boolean ceilMode;
  private final boolean countIncludePad;

  public Pooling(Kind kind, Window window, boolean ceilMode, boolean countIncludePad) {
    this.kind = kind;
    this.window = window;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
  }

  @Override
  public String name() {
    return kind == Kind.MAXIMUM ? "MaxPool" : "AveragePool";
  }

  public Kind kind() {
    return kind;
  }

  public Window window() {
    return window;
  }

  /** Returns whether the output extents are rounded up. */
  public boolean ceilMode() {
    return ceilMode;
  }

  /** Returns whether an average counts the padding. */
  public boolean countIncludePad() {
    return countIncludePad;
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = map(inputs, name());
    return Shape.of(
        input.extent(0),
        extent(
            input.extent(1),
            window.padTop,
            window.padBottom,
            window.kernelHeight,
            window.strideHeight,
            window.dilationHeight),
        extent(
            input.extent(2),
            window.padLeft,
            window.padRight,
            window.kernelWidth,
            window.strideWidth,
            window.dilationWidth));
  }

  private int extent(long input, int before, int after, long kernel, int stride, int dilation) {
    long reach = (kernel - 1) * dilation + 1;
    long span = input + before + after - reach;
    if (span < 0) {
      throw new IllegalArgumentException(
          "a window that reaches over "
              + reach
              + " pixels does not fit into "
              + (input + before + after));
    }
    long extent = (ceilMode ? (span + stride - 1) / stride : span / stride) + 1;
    // A window that would start in the padding behind the image sees nothing and is dropped.
    if (ceilMode && (extent - 1) * stride >= input + before) {
      extent--;
    }
    return Math.toIntExact(extent);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
