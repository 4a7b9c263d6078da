package org.qcnn.kernel;

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
import org.qcnn.kernel.support.KernelCompiler;
import org.qcnn.kernel.support.Movement;

/** Makes the native kernel of an operator. */
final class NativeCompiler extends KernelCompiler {
  private final int isa;

  NativeCompiler(List<Operand> inputs, int isa) {
    super(inputs);
    this.isa = isa;
  }

  @Override
  protected Kernel dense(Convolution operator, List<Operand> operands) {
    return new NativeConvolution(operator, operands, isa);
  }

  @Override
  protected Kernel lookup(Convolution operator, QuantizedWeights weights, List<Operand> operands) {
    return new NativeLookupConvolution(FusedConvolution.of(operator, operands, Way.LOOKUP), isa);
  }

  @Override
  protected Kernel dense(FullyConnected operator, List<Operand> operands) {
    return new NativeFullyConnected(operator, operands, isa);
  }

  @Override
  protected Kernel lookup(
      FullyConnected operator, QuantizedWeights weights, List<Operand> operands) {
    return new NativeLookupFullyConnected(operator, weights, operands, isa);
  }

  @Override
  protected Kernel pooling(Pooling operator, List<Operand> operands) {
    return new NativePooling(operator, operands, isa);
  }

  @Override
  protected Kernel globalPooling(GlobalPooling operator, List<Operand> operands) {
    return new NativeGlobalPooling(operator, operands, isa);
  }

  @Override
  protected Kernel normalization(LocalResponseNormalization operator, List<Operand> operands) {
    return new NativeNormalization(operator, operands, isa);
  }

  @Override
  protected Kernel softmax(Softmax operator, List<Operand> operands) {
    return new NativeSoftmax(operator, operands, isa);
  }

  @Override
  protected Kernel activation(Activate operator, List<Operand> operands) {
    return new NativeActivation(operator, operands, isa);
  }

  @Override
  protected Kernel arithmetic(Arithmetic operator, List<Operand> operands) {
    return new NativeArithmetic(operator, operands, isa);
  }

  @Override
  protected Kernel movement(Operator operator, List<Operand> operands, Movement movement) {
    return new NativeMovement(operator, operands, movement);
  }
}
