package org.qcnn.kernel;

import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Transposition;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * One element of an operator's output for one image, by the definition and in double; slow, and
 * independent of all kernels.
 */
final class NaiveFormula implements Operator.Visitor<Double> {
  private final List<Shape> shapes;
  private final List<float[]> inputs;
  private final int[] at;

  /** The element at the index {@code at} of the output of one image. */
  NaiveFormula(List<Shape> shapes, List<float[]> inputs, int[] at) {
    this.shapes = shapes;
    this.inputs = inputs;
    this.at = at;
  }

  /** Returns the index of the element with this number. */
  static int[] index(Shape shape, int number) {
    int[] index = new int[shape.rank()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = number % shape.extent(axis);
      number /= shape.extent(axis);
    }
    return index;
  }

  /** Returns an input at an index, or NaN outside of it. */
  private double input(int input, int... index) {
    Shape shape = shapes.get(input);
    int number = 0;
    for (int axis = 0; axis < index.length; axis++) {
      if (index[axis] < 0 || index[axis] >= shape.extent(axis)) {
        return Double.NaN;
      }
      number = number * shape.extent(axis) + index[axis];
    }
    return inputs.get(input)[number];
  }

  private double pixel(Window w, int channel, int ky, int kx) {
    return input(
        0,
        channel,
        at[1] * w.strideHeight + ky * w.dilationHeight - w.padTop,
        at[2] * w.strideWidth + kx * w.dilationWidth - w.padLeft);
  }

  private static double activate(Activation activation, double x) {
    switch (activation.kind) {
      case RELU:
        return Math.max(x, 0);
      case CLIP:
        return Math.min(Math.max(x, activation.a), activation.b);
      case LEAKY_RELU:
        return x >= 0 ? x : activation.a * x;
      case SIGMOID:
        return 1 / (1 + Math.exp(-x));
      case HARD_SIGMOID:
        return Math.min(Math.max(activation.a * x + activation.b, 0), 1);
      case HARD_SWISH:
        return x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
      default:
        return x;
    }
  }

  @Override
  public Double visit(Convolution operator) {
    Shape weights = operator.weights().shape();
    float[] dense = operator.weights().decode().toArray();
    int channels = weights.extent(1);
    int group = at[0] / (weights.extent(0) / operator.groups());
    double sum = operator.bias()[at[0]];
    for (int c = 0; c < channels; c++) {
      for (int ky = 0; ky < weights.extent(2); ky++) {
        for (int kx = 0; kx < weights.extent(3); kx++) {
          double x = pixel(operator.window(), group * channels + c, ky, kx);
          int weight = ((at[0] * channels + c) * weights.extent(2) + ky) * weights.extent(3) + kx;
          sum += Double.isNaN(x) ? 0 : x * dense[weight];
        }
      }
    }
    return activate(operator.activation(), sum);
  }

  @Override
  public Double visit(FullyConnected operator) {
    float[] dense = operator.weights().decode().toArray();
    int count = shapes.get(0).count();
    double sum = operator.bias()[at[0]];
    for (int i = 0; i < count; i++) {
      sum += (double) dense[at[0] * count + i] * inputs.get(0)[i];
    }
    return activate(operator.activation(), sum);
  }

  @Override
  public Double visit(Pooling operator) {
    Window w = operator.window();
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int counted = 0;
    for (int ky = 0; ky < w.kernelHeight; ky++) {
      for (int kx = 0; kx < w.kernelWidth; kx++) {
        double x = pixel(w, at[0], ky, kx);
        int row = at[1] * w.strideHeight + ky * w.dilationHeight;
        int column = at[2] * w.strideWidth + kx * w.dilationWidth;
        boolean declared =
            row < w.padTop + shapes.get(0).extent(1) + w.padBottom
                && column < w.padLeft + shapes.get(0).extent(2) + w.padRight;
        if (!Double.isNaN(x)) {
          largest = Math.max(largest, x);
          sum += x;
        }
        counted += operator.countIncludePad() ? (declared ? 1 : 0) : (Double.isNaN(x) ? 0 : 1);
      }
    }
    return operator.kind() == Pooling.Kind.MAXIMUM ? largest : sum / Math.max(1, counted);
  }

  @Override
  public Double visit(GlobalPooling operator) {
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int plane = shapes.get(0).count(1, 3);
    for (int i = 0; i < plane; i++) {
      double x = inputs.get(0)[at[0] * plane + i];
      largest = Math.max(largest, x);
      sum += x;
    }
    return operator.kind() == Pooling.Kind.MAXIMUM ? largest : sum / plane;
  }

  @Override
  public Double visit(LocalResponseNormalization operator) {
    double squares = 0;
    int before = (int) Math.floor((operator.size() - 1) / 2.0);
    int after = (int) Math.ceil((operator.size() - 1) / 2.0);
    for (int c = at[0] - before; c <= at[0] + after; c++) {
      double x = input(0, c, at[1], at[2]);
      squares += Double.isNaN(x) ? 0 : x * x;
    }
    double scale = operator.k() + operator.alpha() / (double) operator.size() * squares;
    return input(0, at) / Math.pow(scale, operator.beta());
  }

  @Override
  public Double visit(Arithmetic operator) {
    double a = repeated(0);
    double b = repeated(1);
    switch (operator.kind()) {
      case ADD:
        return activate(operator.activation(), a + b);
      case SUBTRACT:
        return activate(operator.activation(), a - b);
      case MULTIPLY:
        return activate(operator.activation(), a * b);
      case DIVIDE:
        return activate(operator.activation(), a / b);
      case MAXIMUM:
        return activate(operator.activation(), Math.max(a, b));
      default:
        return activate(operator.activation(), a >= 0 ? a : a * b);
    }
  }

  private double repeated(int input) {
    Shape shape = shapes.get(input);
    int[] index = new int[shape.rank()];
    for (int axis = 0; axis < index.length; axis++) {
      index[axis] = shape.extent(axis) == 1 ? 0 : at[at.length - index.length + axis];
    }
    return input(input, index);
  }

  @Override
  public Double visit(Activate operator) {
    return activate(operator.activation(), input(0, at));
  }

  @Override
  public Double visit(Concatenation operator) {
    int[] index = at.clone();
    for (int i = 0; ; i++) {
      int extent = shapes.get(i).extent(operator.axis());
      if (index[operator.axis()] < extent) {
        return input(i, index);
      }
      index[operator.axis()] -= extent;
    }
  }

  @Override
  public Double visit(Padding operator) {
    int[] index = at.clone();
    for (int axis = 0; axis < index.length; axis++) {
      index[axis] -= operator.before()[axis];
    }
    double value = input(0, index);
    return Double.isNaN(value) ? operator.value() : value;
  }

  @Override
  public Double visit(Slicing operator) {
    int[] index = at.clone();
    for (int axis = 0; axis < index.length; axis++) {
      index[axis] = operator.starts()[axis] + index[axis] * operator.steps()[axis];
    }
    return input(0, index);
  }

  @Override
  public Double visit(Transposition operator) {
    int[] index = new int[at.length];
    for (int axis = 0; axis < index.length; axis++) {
      index[operator.permutation()[axis]] = at[axis];
    }
    return input(0, index);
  }

  @Override
  public Double visit(Softmax operator) {
    double largest = Double.NEGATIVE_INFINITY;
    Shape shape = shapes.get(0);
    for (float x : inputs.get(0)) {
      largest = Math.max(largest, x);
    }
    double sum = 0;
    for (int number = 0; number < shape.count(); number++) {
      int[] other = index(shape, number);
      boolean summed = true;
      for (int axis = 0; axis < other.length; axis++) {
        boolean over = axis >= operator.firstAxis() && axis <= operator.lastAxis();
        summed &= over || other[axis] == at[axis];
      }
      sum += summed ? Math.exp(inputs.get(0)[number] - largest) : 0;
    }
    return Math.exp(input(0, at) - largest) / sum;
  }

  @Override
  public Double visit(Reshaping operator) {
    throw new AssertionError("has no kernel");
  }

  @Override
  public Double visit(Constant operator) {
    throw new AssertionError("has no kernel");
  }
}
