package org.qcnn.kernel;

import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.plain.PlainCompiler;

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
  public Kernel compile(Operator operator, List<Operand> inputs) {
    return operator.accept(new PlainCompiler(inputs));
  }
}
