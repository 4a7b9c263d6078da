package org.qcnn.kernel.support;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Transposition;
import org.qcnn.tensor.Shape;

/**
 * What an operator that only moves elements does to one image: perhaps fill the output with a
 * value, then copy every input to its place.
 */
public final class Movement {
  /** One input copied to its place in the output. */
  public static final class Copy {
    /** The number of the input. */
    public final int input;

    /** The element of the input where the copy begins. */
    public final int from;

    /** The element of the output where the copy begins. */
    public final int to;

    /** Operand a is the input, operand b the output. */
    public final Strides strides;

    Copy(int input, int from, int to, Strides strides) {
      this.input = input;
      this.from = from;
      this.to = to;
      this.strides = strides;
    }
  }

  /** Whether the output is filled with {@link #value} first. */
  public final boolean fills;

  /** What the output is filled with. */
  public final float value;

  /** The copies, in the order of the inputs. */
  public final List<Copy> copies;

  private Movement(boolean fills, float value, List<Copy> copies) {
    this.fills = fills;
    this.value = value;
    this.copies = List.copyOf(copies);
  }

  private static Movement copy(int from, int to, Strides strides) {
    return new Movement(false, 0, List.of(new Copy(0, from, to, strides)));
  }

  /** Returns the movement of a concatenation: each input goes behind the one before. */
  public static Movement of(Concatenation operator, List<Shape> inputs) {
    int[] outputStrides = Strides.contiguous(operator.outputShape(inputs));
    List<Copy> copies = new ArrayList<>();
    int to = 0;
    for (Shape input : inputs) {
      Strides strides = new Strides(input.extents(), Strides.contiguous(input), outputStrides);
      copies.add(new Copy(copies.size(), 0, to, strides));
      to += input.extent(operator.axis()) * outputStrides[operator.axis()];
    }
    return new Movement(false, 0, copies);
  }

  /** Returns the movement of a padding: the input goes into the middle of the filled output. */
  public static Movement of(Padding operator, Shape input) {
    int[] outputStrides = Strides.contiguous(operator.outputShape(List.of(input)));
    Strides strides = new Strides(input.extents(), Strides.contiguous(input), outputStrides);
    int to = sumOfProducts(operator.before(), outputStrides);
    return new Movement(true, operator.value(), List.of(new Copy(0, 0, to, strides)));
  }

  /** Returns the movement of a slice: the input is read with the slice's steps. */
  public static Movement of(Slicing operator, Shape input) {
    Shape output = operator.outputShape(List.of(input));
    int[] inputStrides = Strides.contiguous(input);
    int from = sumOfProducts(operator.starts(), inputStrides);
    int[] steps = operator.steps();
    for (int axis = 0; axis < steps.length; axis++) {
      // The step along a single element is never taken, and could exceed an int.
      inputStrides[axis] *= output.extent(axis) == 1 ? 1 : steps[axis];
    }
    return copy(from, 0, new Strides(output.extents(), inputStrides, Strides.contiguous(output)));
  }

  /** Returns the movement of a transposition: the input is read with its strides reordered. */
  public static Movement of(Transposition operator, Shape input) {
    Shape output = operator.outputShape(List.of(input));
    int[] inputStrides = Strides.contiguous(input);
    int[] permutation = operator.permutation();
    int[] strides = new int[permutation.length];
    for (int axis = 0; axis < strides.length; axis++) {
      strides[axis] = inputStrides[permutation[axis]];
    }
    return copy(0, 0, new Strides(output.extents(), strides, Strides.contiguous(output)));
  }

  private static int sumOfProducts(int[] a, int[] b) {
    int sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
