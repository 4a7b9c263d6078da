package org.qcnn.kernel.plain;

import java.util.List;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Softmax;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.KernelCompiler;
import org.qcnn.kernel.support.Movement;

/** Makes the plain Java kernel of an operator. */
public final class PlainCompiler extends KernelCompiler {
  /** Returns a compiler for one operator that reads these inputs. */
  public PlainCompiler(List<Operand> inputs) {
    super(inputs);
  }

  @Override
  protected Kernel dense(Convolution operator, List<Operand> operands) {
    return new PlainConvolution(operator, operands);
  }

  @Override
  protected Kernel lookup(Convolution operator, QuantizedWeights weights, List<Operand> operands) {
    return new PlainLookupConvolution(operator, weights, operands);
  }

  @Override
  protected Kernel dense(FullyConnected operator, List<Operand> operands) {
    return new PlainFullyConnected(operator, operands);
  }

  @Override
  protected Kernel lookup(
      FullyConnected operator, QuantizedWeights weights, List<Operand> operands) {
    return new PlainLookupFullyConnected(operator, weights, operands);
  }

  @Override
  protected Kernel pooling(Pooling operator, List<Operand> operands) {
    return new PlainPooling(operator, operands);
  }

  @Override
  protected Kernel globalPooling(GlobalPooling operator, List<Operand> operands) {
    return new PlainGlobalPooling(operator, operands);
  }

  @Override
  protected Kernel normalization(LocalResponseNormalization operator, List<Operand> operands) {
    return new PlainNormalization(operator, operands);
  }

  @Override
  protected Kernel softmax(Softmax operator, List<Operand> operands) {
    return new PlainSoftmax(operator, operands);
  }

  @Override
  protected Kernel activation(Activate operator, List<Operand> operands) {
    return new PlainActivation(operator, operands);
  }

  @Override
  protected Kernel arithmetic(Arithmetic operator, List<Operand> operands) {
    return new PlainArithmetic(operator, operands);
  }

  @Override
  protected Kernel movement(Operator operator, List<Operand> operands, Movement movement) {
    return new PlainMovement(operator, operands, movement);
  }
}
