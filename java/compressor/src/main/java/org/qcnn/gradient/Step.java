package org.qcnn.gradient;

import java.util.List;
import org.qcnn.graph.Operator;

/** One node of a network in training, on values that belong to it and its neighbours. */
interface Step extends AutoCloseable {
  /** Computes the output of the first {@code images} images of the batch. */
  void forward(int images);

  /**
   * Adds to the gradients of the inputs and parameters what the gradient of the output, which may
   * be spoilt, makes of them.
   */
  void backward(int images);

  /** Returns what is learnt here. */
  List<Parameter> parameters();

  /** Brings everything that was made of parameters up to date with them. */
  void refresh();

  /** Forgets all gradients of parameters. */
  void clearGradients();

  /** Makes gradients of parameters from what backward passes have added up. */
  void collectGradients();

  /** Returns the operator with the parameters as they are now. */
  Operator current();

  @Override
  void close();
}
