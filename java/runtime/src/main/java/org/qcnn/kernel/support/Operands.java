package org.qcnn.kernel.support;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;

/** Questions that a kernel set asks about the inputs of an operator. */
public final class Operands {
  private Operands() {}

  /** Returns the shapes of one image. */
  public static List<Shape> shapes(List<Operand> inputs) {
    List<Shape> shapes = new ArrayList<>();
    for (Operand input : inputs) {
      shapes.add(input.shape());
    }
    return shapes;
  }

  /**
   * Returns the shape of the output for one image.
   *
   * @throws KernelException if the inputs do not fit the operator
   */
  public static Shape outputShape(Operator operator, List<Operand> inputs) {
    try {
      return operator.outputShape(shapes(inputs));
    } catch (IllegalArgumentException | ArithmeticException misfit) {
      throw new KernelException(operator.name() + ": " + misfit.getMessage(), misfit);
    }
  }

  /**
   * Checks that no input is a constant. Layers of a constant are left to importers to compute
   * beforehand; only elementwise arithmetic and operators that move elements take constants.
   *
   * @throws KernelException if an input is a constant
   */
  public static void requirePerImage(Operator operator, List<Operand> inputs) {
    for (Operand input : inputs) {
      if (input.isConstant()) {
        throw new KernelException(operator.name() + " does not run on a constant");
      }
    }
  }
}
