package org.qcnn.caffe;

import java.util.Arrays;
import org.qcnn.caffe.proto.BiasParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.PowerParameter;
import org.qcnn.caffe.proto.ScaleParameter;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Reshaping;
import org.qcnn.tensor.Shape;

/**
 * Layers that multiply and add fixed numbers: BatchNorm, Scale, Bias and Power. They become plain
 * arithmetic, which the cleaning of the graph folds into the weights before them where it can.
 */
final class AffineLayers {
  static final Arithmetic MULTIPLY = new Arithmetic(Arithmetic.Kind.MULTIPLY, Activation.NONE);
  static final Arithmetic ADD = new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE);

  private AffineLayers() {}

  /** The blobs are sums over the training: mean, variance and, last, what to divide them by. */
  static void batchNorm(LayerParameter layer, NetBuilder net) {
    String input = net.bottom(layer);
    Shape perChannel = perChannel(net.shape(input));
    int channels = perChannel.extent(0);
    float[] mean = net.blob(layer, 0, channels);
    float[] variance = net.blob(layer, 1, channels);
    float divisor = net.blob(layer, 2, 1)[0];
    double factor = divisor == 0 ? 0 : 1.0 / divisor;
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = Math.sqrt(variance[c] * factor + layer.getBatchNormParam().getEps());
      scale[c] = (float) (1 / deviation);
      shift[c] = (float) (-mean[c] * factor / deviation);
    }
    affine(layer, net, input, perChannel, scale, shift);
  }

  static void scale(LayerParameter layer, NetBuilder net) {
    ScaleParameter parameter = layer.getScaleParam();
    if (layer.getBottomCount() == 2) {
      scaleByValue(layer, net);
      return;
    }
    String input = net.bottom(layer);
    int[] covered = covered(net.shape(input), parameter.getAxis(), parameter.getNumAxes());
    Shape shape = aligned(covered, net.shape(input), parameter.getAxis());
    float[] scale = net.blob(layer, 0, covered);
    if (parameter.getBiasTerm()) {
      affine(layer, net, input, shape, scale, net.blob(layer, 1, covered));
    } else {
      net.top(layer, MULTIPLY, input, net.constant(layer, "scale", shape, scale));
    }
  }

  /** The factors are computed, one per channel, as in squeeze-and-excitation networks. */
  private static void scaleByValue(LayerParameter layer, NetBuilder net) {
    ScaleParameter parameter = layer.getScaleParam();
    if (parameter.getAxis() != 0 || parameter.getBiasTerm()) {
      throw new IllegalArgumentException(
          "scaling by a second bottom is supported with axis 0 and without bias_term only");
    }
    String input = net.bottom(layer, 0);
    String factor = net.bottom(layer, 1);
    Shape shape = aligned(net.shape(factor).extents(), net.shape(input), 1);
    if (!shape.equals(net.shape(factor))) {
      factor = net.step(layer, "aligned", new Reshaping(shape), factor);
    }
    net.top(layer, MULTIPLY, input, factor);
  }

  static void bias(LayerParameter layer, NetBuilder net) {
    BiasParameter parameter = layer.getBiasParam();
    String input = net.bottom(layer);
    int[] covered = covered(net.shape(input), parameter.getAxis(), parameter.getNumAxes());
    Shape shape = aligned(covered, net.shape(input), parameter.getAxis());
    float[] shift = net.blob(layer, 0, covered);
    net.top(layer, ADD, input, net.constant(layer, "shift", shape, shift));
  }

  /** (shift + scale * x) ^ power, of which only power 1 gets here. */
  static void power(LayerParameter layer, NetBuilder net) {
    PowerParameter parameter = layer.getPowerParam();
    float[] scale = {parameter.getScale()};
    float[] shift = {parameter.getShift()};
    affine(layer, net, net.bottom(layer), Shape.of(1), scale, shift);
  }

  private static void affine(
      LayerParameter layer,
      NetBuilder net,
      String input,
      Shape shape,
      float[] scale,
      float[] shift) {
    String factor = net.constant(layer, "scale", shape, scale);
    String scaled = net.step(layer, "scaled", MULTIPLY, input, factor);
    net.top(layer, ADD, scaled, net.constant(layer, "shift", shape, shift));
  }

  /** Returns the shape of one number per channel that broadcasts over an input. */
  static Shape perChannel(Shape input) {
    return aligned(new int[] {input.extent(0)}, input, 1);
  }

  /**
   * Returns the extents that a blob covers: {@code count} axes from {@code axis} on, -1 for all.
   */
  private static int[] covered(Shape input, int axis, int count) {
    int first = imageAxis(axis, input);
    int last = count < 0 ? input.rank() : first + count;
    if (last > input.rank()) {
      throw new IllegalArgumentException("there are no " + count + " axes in " + input);
    }
    return Arrays.copyOfRange(input.extents(), first, last);
  }

  /** Returns extents that begin at an axis of the input, followed by ones up to its last axis. */
  private static Shape aligned(int[] extents, Shape input, int axis) {
    int first = imageAxis(axis, input);
    if (first + extents.length > input.rank()) {
      throw new IllegalArgumentException(
          "factors of " + Shape.of(extents) + " do not fit an input of " + input);
    }
    int[] aligned = Arrays.copyOf(extents, input.rank() - first);
    Arrays.fill(aligned, extents.length, aligned.length, 1);
    return Shape.of(aligned);
  }

  /**
   * Returns Caffe's axis, where 0 is the batch and negative ones count from the end, in one image.
   */
  static int imageAxis(int axis, Shape input) {
    int imageAxis = axis < 0 ? axis + input.rank() : axis - 1;
    if (imageAxis < 0 || imageAxis >= input.rank()) {
      throw new IllegalArgumentException(
          "axis " + axis + " is the batch or beyond an input of " + input + " per image");
    }
    return imageAxis;
  }
}
