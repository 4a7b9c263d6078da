package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/**
 * What a node computes. The operators are a small closed set to which every importer lowers its
 * format; {@link Visitor} lists them. All are immutable, and all treat each image of a batch alone.
 */
public abstract class Operator {
  Operator() {}

  /** Returns the operator's name as reports show it. */
  public abstract String name();

  /**
   * Returns the shape of the output for one image.
   *
   * @param inputs the shapes of the inputs for one image
   * @throws IllegalArgumentException if the inputs do not fit the operator
   */
  public abstract Shape outputShape(List<Shape> inputs);

  /** Calls the visitor's method for this operator. */
  public abstract <R> R accept(Visitor<R> visitor);

  /** Returns the weights of a convolution or fully-connected operator, otherwise null. */
  public Weights weights() {
    return null;
  }

  /** Returns the multiply-adds that the operator costs per image when its weights are dense. */
  public long multiplyAdds(List<Shape> inputs) {
    return 0;
  }

  static Shape single(List<Shape> inputs, String operator) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(operator + " takes one input, not " + inputs.size());
    }
    return inputs.get(0);
  }

  static Shape map(List<Shape> inputs, String operator) {
    Shape shape = single(inputs, operator);
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          operator + " takes an input of channels x height x width, not " + shape);
    }
    return shape;
  }

  /** One method for each operator there is. */
  public interface Visitor<R> {
    R visit(Convolution operator);

    R visit(FullyConnected operator);

    R visit(Pooling operator);

    R visit(GlobalPooling operator);

    R visit(LocalResponseNormalization operator);

    R visit(Arithmetic operator);

    R visit(Activate operator);

    R visit(Concatenation operator);

    R visit(Padding operator);

    R visit(Slicing operator);

    R visit(Reshaping operator);

    R visit(Transposition operator);

    R visit(Softmax operator);

    R visit(Constant operator);
  }
}
