package org.qcnn.gradient;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.graph.Activation;
import org.qcnn.graph.WeightedOperator;

/** What convolutions and fully-connected layers have in common: weights, bias and activation. */
abstract class WeightedStep implements Step {
  private final WeightedOperator operator;
  private final LayerWeights weights;
  private final Parameter bias;
  private final boolean learnsBias;
  private final BatchValue input;
  private final BatchValue output;
  private final Lanes lanes;

  WeightedStep(
      String node,
      WeightedOperator operator,
      Learnt learnt,
      BatchValue input,
      BatchValue output,
      Lanes lanes) {
    this.operator = operator;
    this.weights = LayerWeights.of(node, operator.weights(), learnt.denseWeights());
    this.bias = new Parameter(node, Parameter.Kind.BIAS, operator.bias());
    this.learnsBias = learnt.biases();
    this.input = input;
    this.output = output;
    this.lanes = lanes;
  }

  final LayerWeights weights() {
    return weights;
  }

  final BatchValue input() {
    return input;
  }

  final BatchValue output() {
    return output;
  }

  final Lanes lanes() {
    return lanes;
  }

  private Activation activation() {
    return operator.activation();
  }

  /** Returns the positions of one output channel. */
  private int positions() {
    return output.shape().count() / bias.values().length;
  }

  /** Adds bias to the response of one image and applies the activation. */
  final void activate(int image, int thread) {
    int positions = positions();
    var values = output.values().values();
    float[] biases = bias.values();
    if (positions == 1) {
      float[] row = lanes.row(thread, 0, biases.length);
      output.readValues(image, row);
      Lanes.add(biases, row, 0, biases.length);
      Activations.apply(activation(), 0f, row, biases.length);
      values.put(image * biases.length, row, 0, biases.length);
      return;
    }
    float[] row = lanes.row(thread, 0, positions);
    for (int channel = 0; channel < biases.length; channel++) {
      int start = (image * biases.length + channel) * positions;
      values.get(start, row, 0, positions);
      Activations.apply(activation(), biases[channel], row, positions);
      values.put(start, row, 0, positions);
    }
  }

  /**
   * Turns the gradient of an image's output into that of its response.
   *
   * @param ofBias takes the sums over each channel's positions, which are added
   */
  final void deactivate(int image, float[] ofBias, int thread) {
    int count = output.shape().count();
    int positions = positions();
    float[] gradient = lanes.row(thread, 0, count);
    output.readGradient(image, gradient);
    if (!activation().isNone()) {
      float[] values = lanes.row(thread, 1, count);
      output.readValues(image, values);
      Activations.multiplyByDerivative(activation(), values, gradient, count);
      output.writeGradient(image, gradient);
    }
    for (int channel = 0; channel < ofBias.length; channel++) {
      float sum = 0;
      for (int i = channel * positions; i < (channel + 1) * positions; i++) {
        sum += gradient[i];
      }
      ofBias[channel] += sum;
    }
  }

  /** Adds what lanes have summed up for the bias. */
  final void addToBias(float[][] ofLanes) {
    for (float[] ofLane : ofLanes) {
      Lanes.add(ofLane, bias.gradient(), 0, ofLane.length);
    }
  }

  /** Returns zeros to sum gradients of the bias in. */
  final float[] newBiasSum() {
    return new float[bias.values().length];
  }

  @Override
  public final List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    weights.parameter().ifPresent(parameters::add);
    if (learnsBias) {
      parameters.add(bias);
    }
    return parameters;
  }

  @Override
  public final void refresh() {
    weights.refresh(lanes.workers());
  }

  @Override
  public final void clearGradients() {
    weights.clearGradient();
    bias.clearGradient();
  }

  @Override
  public final void collectGradients() {
    weights.collectGradient(lanes.workers());
  }

  @Override
  public final WeightedOperator current() {
    return operator.with(weights.current(), bias.values().clone());
  }

  /** Returns a view of the weights of one group, {@code [outputs, inputs of one output]}. */
  final FloatMatrix.Block group(int group, int groups) {
    FloatMatrix matrix = weights.matrix();
    int outputs = matrix.rows() / groups;
    return matrix.block(group * outputs, outputs, 0, matrix.columns());
  }

  @Override
  public final void close() {
    weights.close();
  }
}
