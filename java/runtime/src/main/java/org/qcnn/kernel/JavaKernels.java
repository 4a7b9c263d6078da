package org.qcnn.kernel;

import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.plain.PlainCompiler;
import org.qcnn.kernel.plain.PlainProductsConvolution;
import org.qcnn.tensor.Shape;

/**
 * All operators in plain Java: the oracle of the tests, and what runs where there is no native
 * library. Immutable and safe to share between threads.
 */
public final class JavaKernels implements KernelSet {
  @Override
  public String description() {
    return "java";
  }

  /** Allocates memory; Java cannot align it, and these kernels do not need it aligned. */
  @Override
  public Memory allocate(long bytes) {
    return new DirectMemory(bytes);
  }

  @Override
  public boolean multiplies(Convolution layer, Shape input) {
    return ProductScales.fit((QuantizedWeights) layer.weights());
  }

  @Override
  public Kernel compile(FusedConvolution convolution) {
    return convolution.isPlain() && convolution.way() == Way.PRODUCTS
        ? new PlainProductsConvolution(convolution.layer(), convolution.inputs())
        : KernelSet.super.compile(convolution);
  }

  @Override
  public Kernel compile(Operator operator, List<Operand> inputs) {
    return operator.accept(new PlainCompiler(inputs));
  }
}
