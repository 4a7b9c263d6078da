package org.qcnn.kernel;

import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** The poolings that quantized convolutions can take along, {@code qcnn_pooled_outputs} in C. */
enum PooledOutputs {
  /** None. */
  NONE(0),
  /** Maxima of squares of two by two. */
  SQUARES(1),
  /** Maxima of squares of three by three around every second row and column. */
  OVERLAPPING(2);

  final int code;

  PooledOutputs(int code) {
    this.code = code;
  }

  /**
   * Returns what a pooling is.
   *
   * @param output of the convolution, for one image
   */
  static Optional<PooledOutputs> of(Pooling pooling, Shape output) {
    boolean halves =
        output.extent(1) % 2 == 0
            && output.extent(2) % 2 == 0
            && pooling
                .outputShape(List.of(output))
                .equals(Shape.of(output.extent(0), output.extent(1) / 2, output.extent(2) / 2));
    if (pooling.kind() != Pooling.Kind.MAXIMUM || !halves) {
      return Optional.empty();
    }
    Window window = pooling.window();
    if (window.equals(Window.square(2, 2, 0))) {
      return Optional.of(SQUARES);
    }
    boolean overlaps =
        window.kernelHeight == 3
            && window.kernelWidth == 3
            && window.strideHeight == 2
            && window.strideWidth == 2
            && window.dilationHeight == 1
            && window.dilationWidth == 1
            && window.padTop == 1
            && window.padLeft == 1;
    return overlaps ? Optional.of(OVERLAPPING) : Optional.empty();
  }
}
