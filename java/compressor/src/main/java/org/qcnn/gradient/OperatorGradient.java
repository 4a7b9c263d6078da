package org.qcnn.gradient;

/** The derivative of an operator without weights, for one image at a time. */
interface OperatorGradient {
  /**
   * Adds the gradients of the inputs. Arrays may be longer than the values in them.
   *
   * @param inputs of the image; an array for each, empty unless {@link #readsInputs}
   * @param output of the image, empty unless {@link #readsOutput}
   * @param gradient of the output
   * @param ofInputs per input what is added to, null where no gradient is wanted
   */
  void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs);

  /** Returns whether the values of the inputs are needed. */
  default boolean readsInputs() {
    return false;
  }

  /** Returns whether the value of the output is needed. */
  default boolean readsOutput() {
    return false;
  }
}
