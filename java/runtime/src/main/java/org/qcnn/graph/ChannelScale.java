package org.qcnn.graph;

import java.util.Arrays;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** What a run of constant arithmetic does to each output channel: y = scale * x + shift. */
final class ChannelScale {
  private final Shape output;
  private final double[] scale;
  private final double[] shift;

  /** Returns the scale that changes nothing, for a layer with this output. */
  ChannelScale(Shape output) {
    this.output = output;
    this.scale = new double[output.extent(0)];
    this.shift = new double[output.extent(0)];
    Arrays.fill(scale, 1);
  }

  /**
   * Adds one more step; returns false, without a change, if it is not one number per channel or not
   * linear.
   *
   * @param valueFirst whether the value is the first operand and the constant the second
   */
  boolean add(Arithmetic.Kind kind, Tensor constant, boolean valueFirst) {
    boolean linear =
        kind == Arithmetic.Kind.ADD
            || kind == Arithmetic.Kind.SUBTRACT
            || kind == Arithmetic.Kind.MULTIPLY
            || (kind == Arithmetic.Kind.DIVIDE && valueFirst);
    if (!linear || !isPerChannel(constant.shape())) {
      return false;
    }
    for (int channel = 0; channel < scale.length; channel++) {
      double number = constant.value(constant.shape().count() == 1 ? 0 : channel);
      add(kind, channel, number, valueFirst);
    }
    return true;
  }

  private void add(Arithmetic.Kind kind, int channel, double number, boolean valueFirst) {
    switch (kind) {
      case ADD:
        shift[channel] += number;
        break;
      case SUBTRACT:
        scale[channel] *= valueFirst ? 1 : -1;
        shift[channel] = valueFirst ? shift[channel] - number : number - shift[channel];
        break;
      case MULTIPLY:
        scale[channel] *= number;
        shift[channel] *= number;
        break;
      default:
        scale[channel] /= number;
        shift[channel] /= number;
        break;
    }
  }

  /** Returns whether a constant is one number, or one number for each channel. */
  private boolean isPerChannel(Shape constant) {
    return constant.count() == 1
        || (constant.rank() == output.rank()
            && constant.extent(0) == scale.length
            && constant.count() == scale.length);
  }

  /** Returns weights, outputs first, that do the scaling too; null if they would not be finite. */
  Tensor weights(Tensor weights) {
    boolean changes = false;
    for (double factor : scale) {
      changes |= factor != 1;
    }
    if (!changes) {
      // The same tensor, which may be a view of the model file.
      return weights;
    }
    float[] values = weights.toArray();
    int inputs = values.length / scale.length;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * scale[i / inputs]);
    }
    return areFinite(values) ? Tensor.over(weights.shape(), values) : null;
  }

  /** Returns the bias scaled and shifted; null if it would not be finite. */
  float[] bias(float[] bias) {
    float[] values = bias.clone();
    for (int channel = 0; channel < values.length; channel++) {
      values[channel] = (float) (values[channel] * scale[channel] + shift[channel]);
    }
    return areFinite(values) ? values : null;
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (Float.isNaN(value) || Float.isInfinite(value)) {
        return false;
      }
    }
    return true;
  }
}
