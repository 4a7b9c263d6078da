package org.qcnn.gradient;

import java.util.List;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Operator;
import org.qcnn.tensor.Tensor;

/** A constant that is learnt, or stays as it is. */
final class ConstantStep implements Step {
  private final Constant operator;
  private final Parameter parameter;
  private final BatchValue value;

  /** Returns a constant; it is learnt if its value has a gradient. */
  ConstantStep(String node, Constant operator, BatchValue value) {
    this.operator = operator;
    this.value = value;
    this.parameter =
        value.hasGradient()
            ? new Parameter(node, Parameter.Kind.CONSTANT, operator.value().toArray())
            : null;
    value.values().values().put(operator.value().values());
  }

  @Override
  public void forward(int images) {}

  @Override
  public void backward(int images) {
    float[] ofImage = new float[value.shape().count()];
    for (int image = 0; image < images; image++) {
      value.readGradient(image, ofImage);
      Lanes.add(ofImage, parameter.gradient(), 0, ofImage.length);
    }
  }

  @Override
  public List<Parameter> parameters() {
    return parameter == null ? List.of() : List.of(parameter);
  }

  @Override
  public void refresh() {
    if (parameter != null) {
      value.values().values().put(parameter.values());
    }
  }

  @Override
  public void clearGradients() {
    if (parameter != null) {
      parameter.clearGradient();
    }
  }

  @Override
  public void collectGradients() {}

  @Override
  public Operator current() {
    return parameter == null
        ? operator
        : new Constant(Tensor.over(operator.value().shape(), parameter.values().clone()));
  }

  @Override
  public void close() {}
}
