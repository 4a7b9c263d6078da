package org.qcnn.kernel;

class JavaKernelsTest extends KernelSetContract {
  @Override
  public KernelSet kernels() {
    return new JavaKernels();
  }
}
