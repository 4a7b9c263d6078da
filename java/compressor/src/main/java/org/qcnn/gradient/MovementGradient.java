package org.qcnn.gradient;

import java.util.ArrayList;
import java.util.List;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Transposition;
import org.qcnn.tensor.Shape;

/**
 * The derivative of an operator that only moves elements: each element of an input has the gradient
 * of the element of the output that it became, if there is one.
 */
final class MovementGradient implements OperatorGradient {
  private static final int NOWHERE = -1;

  // Per input, for each of its elements, its place in the output.
  private final List<int[]> places;

  private MovementGradient(List<int[]> places) {
    this.places = places;
  }

  static OperatorGradient of(Concatenation operator, List<Shape> inputs) {
    int[] output = operator.outputShape(inputs).extents();
    List<int[]> places = new ArrayList<>();
    int start = 0;
    for (Shape input : inputs) {
      int[] begin = new int[output.length];
      begin[operator.axis()] = start;
      places.add(places(input, at -> flat(output, sum(begin, at))));
      start += input.extent(operator.axis());
    }
    return new MovementGradient(places);
  }

  static OperatorGradient of(Padding operator, Shape input) {
    int[] output = operator.outputShape(List.of(input)).extents();
    int[] before = operator.before();
    return new MovementGradient(List.of(places(input, at -> flat(output, sum(before, at)))));
  }

  static OperatorGradient of(Slicing operator, Shape input) {
    return new MovementGradient(List.of(places(input, at -> slice(operator, at))));
  }

  private static int slice(Slicing operator, int[] at) {
    int[] target = new int[at.length];
    for (int axis = 0; axis < at.length; axis++) {
      int distance = at[axis] - operator.starts()[axis];
      int step = operator.steps()[axis];
      if (distance < 0 || distance % step != 0 || distance / step >= operator.counts()[axis]) {
        return NOWHERE;
      }
      target[axis] = distance / step;
    }
    return flat(operator.counts(), target);
  }

  static OperatorGradient of(Transposition operator, Shape input) {
    int[] permutation = operator.permutation();
    int[] output = operator.outputShape(List.of(input)).extents();
    return new MovementGradient(
        List.of(
            places(
                input,
                at -> {
                  int[] target = new int[at.length];
                  for (int axis = 0; axis < at.length; axis++) {
                    target[axis] = at[permutation[axis]];
                  }
                  return flat(output, target);
                })));
  }

  private interface Place {
    int of(int[] at);
  }

  private static int[] places(Shape input, Place place) {
    int[] places = new int[input.count()];
    int[] at = new int[input.rank()];
    for (int i = 0; i < places.length; i++) {
      places[i] = place.of(at);
      for (int axis = at.length - 1; axis >= 0 && ++at[axis] == input.extent(axis); axis--) {
        at[axis] = 0;
      }
    }
    return places;
  }

  private static int flat(int[] extents, int[] at) {
    int index = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      index = index * extents[axis] + at[axis];
    }
    return index;
  }

  private static int[] sum(int[] a, int[] b) {
    int[] sum = a.clone();
    for (int axis = 0; axis < sum.length; axis++) {
      sum[axis] += b[axis];
    }
    return sum;
  }

  @Override
  public void add(float[][] inputs, float[] output, float[] gradient, float[][] ofInputs) {
    for (int input = 0; input < places.size(); input++) {
      float[] ofInput = ofInputs[input];
      if (ofInput != null) {
        int[] from = places.get(input);
        for (int i = 0; i < from.length; i++) {
          if (from[i] != NOWHERE) {
            ofInput[i] += gradient[from[i]];
          }
        }
      }
    }
  }
}
