package org.qcnn.kernel.support;

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
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Transposition;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.Operand;

/**
 * Sorts operators into the kinds of kernels there are, after checking that the inputs fit. A kernel
 * set fills in how each kind is made.
 */
public abstract class KernelCompiler implements Operator.Visitor<Kernel> {
  private final List<Operand> inputs;

  /** Returns a compiler for one operator that reads these inputs. */
  protected KernelCompiler(List<Operand> inputs) {
    this.inputs = List.copyOf(inputs);
  }

  /** Makes a convolution with dense weights. */
  protected abstract Kernel dense(Convolution operator, List<Operand> operands);

  /** Makes a convolution with quantized weights. */
  protected abstract Kernel lookup(
      Convolution operator, QuantizedWeights weights, List<Operand> operands);

  /** Makes a fully-connected layer with dense weights. */
  protected abstract Kernel dense(FullyConnected operator, List<Operand> operands);

  /** Makes a fully-connected layer with quantized weights. */
  protected abstract Kernel lookup(
      FullyConnected operator, QuantizedWeights weights, List<Operand> operands);

  /** Makes a pooling. */
  protected abstract Kernel pooling(Pooling operator, List<Operand> operands);

  /** Makes a global pooling. */
  protected abstract Kernel globalPooling(GlobalPooling operator, List<Operand> operands);

  /** Makes a local response normalization. */
  protected abstract Kernel normalization(
      LocalResponseNormalization operator, List<Operand> operands);

  /** Makes a softmax. */
  protected abstract Kernel softmax(Softmax operator, List<Operand> operands);

  /** Makes an activation that stands alone. */
  protected abstract Kernel activation(Activate operator, List<Operand> operands);

  /** Makes an elementwise function of two inputs, either of which may be a constant. */
  protected abstract Kernel arithmetic(Arithmetic operator, List<Operand> operands);

  /** Makes an operator that moves elements of its inputs, any of which may be a constant. */
  protected abstract Kernel movement(Operator operator, List<Operand> operands, Movement movement);

  @Override
  public final Kernel visit(Convolution operator) {
    return operator.weights() instanceof QuantizedWeights
        ? lookup(operator, (QuantizedWeights) operator.weights(), perImage(operator))
        : dense(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(FullyConnected operator) {
    return operator.weights() instanceof QuantizedWeights
        ? lookup(operator, (QuantizedWeights) operator.weights(), perImage(operator))
        : dense(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(Pooling operator) {
    return pooling(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(GlobalPooling operator) {
    return globalPooling(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(LocalResponseNormalization operator) {
    return normalization(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(Softmax operator) {
    return softmax(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(Activate operator) {
    return activation(operator, perImage(operator));
  }

  @Override
  public final Kernel visit(Arithmetic operator) {
    return arithmetic(operator, fitting(operator));
  }

  @Override
  public final Kernel visit(Concatenation operator) {
    List<Operand> operands = fitting(operator);
    return movement(operator, operands, Movement.of(operator, Operands.shapes(operands)));
  }

  @Override
  public final Kernel visit(Padding operator) {
    List<Operand> operands = fitting(operator);
    return movement(operator, operands, Movement.of(operator, operands.get(0).shape()));
  }

  @Override
  public final Kernel visit(Slicing operator) {
    List<Operand> operands = fitting(operator);
    return movement(operator, operands, Movement.of(operator, operands.get(0).shape()));
  }

  @Override
  public final Kernel visit(Transposition operator) {
    List<Operand> operands = fitting(operator);
    return movement(operator, operands, Movement.of(operator, operands.get(0).shape()));
  }

  @Override
  public final Kernel visit(Reshaping operator) {
    throw new KernelException("Reshape moves no data and has no kernel");
  }

  @Override
  public final Kernel visit(Constant operator) {
    throw new KernelException("Constant computes nothing and has no kernel");
  }

  private List<Operand> fitting(Operator operator) {
    Operands.outputShape(operator, inputs);
    return inputs;
  }

  private List<Operand> perImage(Operator operator) {
    Operands.requirePerImage(operator, inputs);
    return fitting(operator);
  }
}
