package org.qcnn.writer;

import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Writes a pooling as MaxPool or AveragePool, or where ONNX has no such average, as what it is. */
final class PoolingLowering {
  private final OnnxGraphBuilder onnx;
  private final String name;
  private final String input;
  private final String output;

  /** Lowers the pooling {@code name} that reads {@code input} and writes {@code output}. */
  PoolingLowering(OnnxGraphBuilder onnx, String name, String input, String output) {
    this.onnx = onnx;
    this.name = name;
    this.input = input;
    this.output = output;
  }

  void lower(Pooling pooling, Shape inputShape) {
    Window window = pooling.window();
    AttributeProto kernel = WindowAttributes.kernel(window);
    AttributeProto strides = WindowAttributes.strides(window);
    AttributeProto pads = WindowAttributes.pads(window);
    AttributeProto dilations = WindowAttributes.dilations(window);
    AttributeProto ceilMode = Attributes.integer("ceil_mode", pooling.ceilMode() ? 1 : 0);
    if (pooling.kind() == Pooling.Kind.MAXIMUM) {
      onnx.node(
          name, "MaxPool", List.of(input), output, kernel, strides, pads, dilations, ceilMode);
    } else if (window.dilationHeight == 1 && window.dilationWidth == 1) {
      AttributeProto countPad =
          Attributes.integer("count_include_pad", pooling.countIncludePad() ? 1 : 0);
      onnx.node(
          name, "AveragePool", List.of(input), output, kernel, strides, pads, ceilMode, countPad);
    } else {
      dilatedAverage(pooling, inputShape);
    }
  }

  /**
   * Writes an average with dilation, which AveragePool lacks before version 19: the sum over the
   * window, a depthwise convolution with ones, times one over the number of pixels summed.
   */
  private void dilatedAverage(Pooling pooling, Shape inputShape) {
    Window window = pooling.window();
    Shape positions = pooling.outputShape(List.of(inputShape));
    Axis rows =
        new Axis(
            inputShape.extent(1),
            positions.extent(1),
            window.padTop,
            window.padBottom,
            window.kernelHeight,
            window.strideHeight,
            window.dilationHeight);
    Axis columns =
        new Axis(
            inputShape.extent(2),
            positions.extent(2),
            window.padLeft,
            window.padRight,
            window.kernelWidth,
            window.strideWidth,
            window.dilationWidth);
    int channels = inputShape.extent(0);
    float[] ones = new float[channels * window.kernelPositions()];
    Arrays.fill(ones, 1);
    Shape kernelShape = Shape.of(channels, 1, window.kernelHeight, window.kernelWidth);
    String weights = onnx.floats(name + ".ones", Tensor.over(kernelShape, ones));
    String sum = onnx.freshName(name + ".sum");
    onnx.node(
        sum,
        "Conv",
        List.of(input, weights),
        sum,
        WindowAttributes.kernel(window),
        WindowAttributes.strides(window),
        Attributes.integers(
            QuantizedOperators.PADS,
            window.padTop,
            window.padLeft,
            rows.paddingBehind(),
            columns.paddingBehind()),
        WindowAttributes.dilations(window),
        Attributes.integer(QuantizedOperators.GROUP, channels));
    Tensor factors = oneOverPixels(rows, columns, pooling.countIncludePad());
    onnx.node(name, "Mul", List.of(sum, onnx.floats(name + ".factors", factors)), output);
  }

  private static Tensor oneOverPixels(Axis rows, Axis columns, boolean padding) {
    float[] factors = new float[rows.positions * columns.positions];
    for (int i = 0; i < factors.length; i++) {
      int height = rows.counted(i / columns.positions, padding);
      int width = columns.counted(i % columns.positions, padding);
      factors[i] = 1f / (height * width);
    }
    return Tensor.over(Shape.of(1, rows.positions, columns.positions), factors);
  }

  /** The window along one axis. */
  private record Axis(
      int extent, int positions, int before, int after, int kernel, int stride, int dilation) {

    /** Returns the padding with which a convolution has as many positions as the pooling. */
    int paddingBehind() {
      int reach = (kernel - 1) * dilation + 1;
      return Math.max(0, (positions - 1) * stride + reach - extent - before);
    }

    /** Returns how many pixels at one position of the window count. */
    int counted(int position, boolean padding) {
      int first = padding ? 0 : before;
      int end = before + extent + (padding ? after : 0);
      int count = 0;
      for (int k = 0; k < kernel; k++) {
        int pixel = position * stride + k * dilation;
        count += pixel >= first && pixel < end ? 1 : 0;
      }
      return count;
    }
  }
}
