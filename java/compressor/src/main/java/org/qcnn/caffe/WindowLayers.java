package org.qcnn.caffe;

import java.util.List;
import org.qcnn.caffe.proto.ConvolutionParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.PoolingParameter;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Layers with a sliding window: Convolution and Pooling. */
final class WindowLayers {
  private WindowLayers() {}

  static void convolution(LayerParameter layer, NetBuilder net) {
    ConvolutionParameter parameter = layer.getConvolutionParam();
    String input = net.bottom(layer);
    int channels = map(net.shape(input)).extent(0);
    int groups = parameter.getGroup();
    if (groups <= 0 || channels % groups != 0) {
      throw new IllegalArgumentException(
          groups + " groups do not divide " + channels + " channels");
    }
    int outputs = parameter.getNumOutput();
    Window window = window(parameter);
    Shape shape = Shape.of(outputs, channels / groups, window.kernelHeight, window.kernelWidth);
    float[] weights = net.blob(layer, 0, shape.extents());
    float[] bias = parameter.getBiasTerm() ? net.blob(layer, 1, outputs) : new float[outputs];
    DenseWeights dense = new DenseWeights(Tensor.over(shape, weights));
    net.top(layer, new Convolution(window, groups, dense, bias, Activation.NONE), input);
  }

  private static Window window(ConvolutionParameter parameter) {
    int[] kernel = pair(parameter.getKernelSizeList(), 0);
    int[] stride = pair(parameter.getStrideList(), 1);
    int[] pad = pair(parameter.getPadList(), 0);
    if (parameter.hasKernelH() || parameter.hasKernelW()) {
      kernel = new int[] {parameter.getKernelH(), parameter.getKernelW()};
    }
    if (parameter.hasStrideH() || parameter.hasStrideW()) {
      stride = new int[] {parameter.getStrideH(), parameter.getStrideW()};
    }
    if (parameter.hasPadH() || parameter.hasPadW()) {
      pad = new int[] {parameter.getPadH(), parameter.getPadW()};
    }
    return new Window(kernel, stride, bothSides(pad), pair(parameter.getDilationList(), 1));
  }

  /** Caffe gives nothing, one number for both directions, or height and width. */
  private static int[] pair(List<Integer> given, int otherwise) {
    if (given.size() > 2) {
      throw new IllegalArgumentException("expected at most two numbers, found " + given);
    }
    int height = given.isEmpty() ? otherwise : given.get(0);
    return new int[] {height, given.size() == 2 ? given.get(1) : height};
  }

  private static int[] bothSides(int[] pad) {
    return new int[] {pad[0], pad[1], pad[0], pad[1]};
  }

  static void pooling(LayerParameter layer, NetBuilder net) {
    PoolingParameter parameter = layer.getPoolingParam();
    Pooling.Kind kind =
        parameter.getPool() == PoolingParameter.PoolMethod.AVE
            ? Pooling.Kind.AVERAGE
            : Pooling.Kind.MAXIMUM;
    String input = net.bottom(layer);
    if (parameter.getGlobalPooling()) {
      net.top(layer, new GlobalPooling(kind), input);
      return;
    }
    // Caffe divides an average by the window clipped to the padded image.
    boolean ceilMode = parameter.getRoundMode() == PoolingParameter.RoundMode.CEIL;
    Pooling pooling = new Pooling(kind, window(parameter), ceilMode, true);
    checkExtents(pooling, map(net.shape(input)));
    net.top(layer, pooling, input);
  }

  /** Without padding Caffe keeps windows that start behind the image; they would pool nothing. */
  private static void checkExtents(Pooling pooling, Shape input) {
    Window window = pooling.window();
    if (!pooling.ceilMode() || window.padTop > 0 || window.padLeft > 0) {
      return;
    }
    boolean rowsEnd = startsBehind(input.extent(1), window.kernelHeight, window.strideHeight);
    boolean columnsEnd = startsBehind(input.extent(2), window.kernelWidth, window.strideWidth);
    if (rowsEnd || columnsEnd) {
      throw new IllegalArgumentException(
          "the last window starts behind the image of "
              + input
              + " and pools nothing; say round_mode: FLOOR");
    }
  }

  private static boolean startsBehind(int input, int kernel, int stride) {
    int steps = (input - kernel + stride - 1) / stride;
    return input >= kernel && (long) steps * stride >= input;
  }

  private static Window window(PoolingParameter parameter) {
    int size = parameter.getKernelSize();
    int stride = parameter.getStride();
    int pad = parameter.getPad();
    boolean hasPads = parameter.hasPadH() || parameter.hasPadW();
    return new Window(
        parameter.hasKernelSize()
            ? new int[] {size, size}
            : new int[] {parameter.getKernelH(), parameter.getKernelW()},
        parameter.hasStrideH() || parameter.hasStrideW()
            ? new int[] {parameter.getStrideH(), parameter.getStrideW()}
            : new int[] {stride, stride},
        bothSides(
            hasPads ? new int[] {parameter.getPadH(), parameter.getPadW()} : new int[] {pad, pad}),
        new int[] {1, 1});
  }

  private static Shape map(Shape shape) {
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "needs an input of channels x height x width, not " + shape);
    }
    return shape;
  }
}
