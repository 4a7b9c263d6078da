package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;
import org.qcnn.tensor.Shape;

/** Direct convolution with dense weights, summed in double. A task is one output channel. */
class PlainConvolution extends CheckedKernel {
  private final Window window;
  private final Shape weightShape;
  private final float[] weights;
  private final float[] bias;
  private final Activation activation;
  private final int filtersPerGroup;

  PlainConvolution(Convolution operator, List<Operand> inputs) {
    this(operator, inputs, operator.weights().decode().toArray());
  }

  /** Returns a kernel with these numbers for weights. */
  PlainConvolution(Convolution operator, List<Operand> inputs, float[] weights) {
    super(operator, inputs);
    window = operator.window();
    weightShape = operator.weights().shape();
    this.weights = weights;
    bias = operator.bias();
    activation = operator.activation();
    filtersPerGroup = output().extent(0) / operator.groups();
  }

  /** Returns what is multiplied for an input of a channel of its group. */
  double input(int channel, float value) {
    return value;
  }

  /** Returns what such a number and a weight add to a sum. */
  double product(double input, double weight) {
    return input * weight;
  }

  /** Returns the output, before the activation, of a sum. */
  float output(int filter, double sum, float bias) {
    return (float) (sum + bias);
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, output().extent(0));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    double[] responses = new double[output().count(1, 3)];
    Images.split(
        output().extent(0),
        first,
        last,
        (image, begin, end) -> {
          for (int filter = begin; filter < end; filter++) {
            Arrays.fill(responses, 0);
            sumChannels(arguments.inputs.get(0), image, filter, responses);
            write(responses, filter, arguments.output, image);
          }
        });
  }

  private void sumChannels(FloatBuffer input, int image, int filter, double[] responses) {
    int channels = weightShape.extent(1);
    int firstChannel = filter / filtersPerGroup * channels;
    int plane = input(0).count(1, 3);
    int weight = filter * weightShape.count(1, 4);
    for (int channel = 0; channel < channels; channel++) {
      int from = inputOffset(0, image) + (firstChannel + channel) * plane;
      for (int ky = 0; ky < window.kernelHeight; ky++) {
        for (int kx = 0; kx < window.kernelWidth; kx++) {
          addShifted(input, channel, from, ky, kx, weights[weight++], responses);
        }
      }
    }
  }

  /** Adds to every response the pixel that lies under one kernel position, times its weight. */
  private void addShifted(
      FloatBuffer input, int channel, int from, int ky, int kx, double weight, double[] responses) {
    int height = input(0).extent(1);
    int width = input(0).extent(2);
    int columns = output().extent(2);
    int stride = window.strideWidth;
    int down = ky * window.dilationHeight - window.padTop;
    int right = kx * window.dilationWidth - window.padLeft;
    int endRow = Inside.end(down, window.strideHeight, height, output().extent(1));
    int firstColumn = Inside.first(right, stride);
    int endColumn = Inside.end(right, stride, width, columns);
    for (int row = Inside.first(down, window.strideHeight); row < endRow; row++) {
      int pixel = from + (row * window.strideHeight + down) * width + right;
      for (int column = firstColumn; column < endColumn; column++) {
        responses[row * columns + column] +=
            product(input(channel, input.get(pixel + column * stride)), weight);
      }
    }
  }

  private void write(double[] responses, int filter, FloatBuffer to, int image) {
    int begin = outputOffset(image) + filter * responses.length;
    for (int i = 0; i < responses.length; i++) {
      to.put(begin + i, activation.apply(output(filter, responses[i], bias[filter])));
    }
  }
}
