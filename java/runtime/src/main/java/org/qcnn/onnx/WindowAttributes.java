package org.qcnn.onnx;

import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** Reads the attributes kernel_shape, strides, pads, dilations and auto_pad. */
final class WindowAttributes {
  private WindowAttributes() {}

  /** Returns the shape of a node's first input, which must be a feature map. */
  static Shape map(OnnxNode node, GraphBuilder graph) {
    Shape shape = graph.shape(node.input(0));
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "only two-dimensional images (batch, channels, height, width) are supported; its input"
              + " has "
              + (shape.rank() + 1)
              + " axes");
    }
    return shape;
  }

  /**
   * Returns the window of a convolution or pooling.
   *
   * @param input {@code [channels, height, width]}
   * @param kernel height and width
   */
  static Window window(OnnxNode node, Shape input, int[] kernel) {
    int[] strides = node.integers("strides", 2, 1);
    int[] dilations = node.integers("dilations", 2, 1);
    String automatic = node.text("auto_pad", "NOTSET");
    int[] pads;
    switch (automatic) {
      case "NOTSET":
        pads = node.integers("pads", 4, 0);
        break;
      case "VALID":
        pads = new int[4];
        break;
      case "SAME_UPPER":
      case "SAME_LOWER":
        pads = same(input, kernel, strides, dilations, automatic.equals("SAME_UPPER"));
        break;
      default:
        throw new IllegalArgumentException("auto_pad " + automatic + " is not supported");
    }
    return new Window(kernel, strides, pads, dilations);
  }

  /** Returns the paddings with which the output has ceil(input / stride) pixels. */
  private static int[] same(
      Shape input, int[] kernel, int[] strides, int[] dilations, boolean upper) {
    // The window that checks the numbers; a stride of 0 must not reach the division below.
    Window checked = new Window(kernel, strides, new int[4], dilations);
    int[] pads = new int[4];
    for (int axis = 0; axis < 2; axis++) {
      long extent = input.extent(axis + 1);
      long stride = axis == 0 ? checked.strideHeight : checked.strideWidth;
      long reach = (kernel[axis] - 1L) * dilations[axis] + 1;
      long outputs = (extent + stride - 1) / stride;
      int total = OnnxNode.toInt(Math.max(0, (outputs - 1) * stride + reach - extent), "a padding");
      int smaller = total / 2;
      pads[axis] = upper ? smaller : total - smaller;
      pads[axis + 2] = total - pads[axis];
    }
    return pads;
  }
}
