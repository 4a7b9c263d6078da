package org.qcnn.gradient;

import java.util.List;
import org.qcnn.graph.Activate;
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
import org.qcnn.tensor.Shape;

/** Finds the derivative of an operator without weights. */
final class OperatorGradients implements Operator.Visitor<OperatorGradient> {
  private final List<Shape> inputs;

  private OperatorGradients(List<Shape> inputs) {
    this.inputs = inputs;
  }

  /** Returns the derivative of an operator on inputs of these shapes. */
  static OperatorGradient of(Operator operator, List<Shape> inputs) {
    return operator.accept(new OperatorGradients(inputs));
  }

  private Shape input() {
    return inputs.get(0);
  }

  @Override
  public OperatorGradient visit(Pooling operator) {
    return new PoolingGradient(operator, input());
  }

  @Override
  public OperatorGradient visit(GlobalPooling operator) {
    return new GlobalPoolingGradient(operator, input());
  }

  @Override
  public OperatorGradient visit(LocalResponseNormalization operator) {
    return new NormalizationGradient(operator, input());
  }

  @Override
  public OperatorGradient visit(Arithmetic operator) {
    return new ArithmeticGradient(operator, inputs);
  }

  @Override
  public OperatorGradient visit(Activate operator) {
    return new ActivationGradient(operator.activation(), input());
  }

  @Override
  public OperatorGradient visit(Concatenation operator) {
    return MovementGradient.of(operator, inputs);
  }

  @Override
  public OperatorGradient visit(Padding operator) {
    return MovementGradient.of(operator, input());
  }

  @Override
  public OperatorGradient visit(Slicing operator) {
    return MovementGradient.of(operator, input());
  }

  @Override
  public OperatorGradient visit(Transposition operator) {
    return MovementGradient.of(operator, input());
  }

  @Override
  public OperatorGradient visit(Softmax operator) {
    return new SoftmaxGradient(operator, input());
  }

  @Override
  public OperatorGradient visit(Convolution operator) {
    throw noGradient(operator);
  }

  @Override
  public OperatorGradient visit(FullyConnected operator) {
    throw noGradient(operator);
  }

  @Override
  public OperatorGradient visit(Reshaping operator) {
    throw noGradient(operator);
  }

  @Override
  public OperatorGradient visit(Constant operator) {
    throw noGradient(operator);
  }

  private static IllegalArgumentException noGradient(Operator operator) {
    return new IllegalArgumentException(operator.name() + " is not computed image by image");
  }
}
