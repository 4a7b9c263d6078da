package org.qcnn.graph;

import java.util.List;
import org.qcnn.tensor.Shape;

/** A regular part of a tensor: along each axis {@code count} elements from {@code start} on. */
public final class Slicing extends Operator {
  private final int[] starts;
  private final int[] steps;
  private final int[] counts;

  /** Returns a slice; the arrays have one number per axis of one image and are copied. */
  public Slicing(int[] starts, int[] steps, int[] counts) {
    for (int axis = 0; axis < starts.length; axis++) {
      if (starts[axis] < 0 || steps[axis] <= 0 || counts[axis] <= 0) {
        throw new IllegalArgumentException(
            "a slice needs a start of at least 0, a positive step and at least one element");
      }
    }
    this.starts = starts.clone();
    this.steps = steps.clone();
    this.counts = counts.clone();
  }

  @Override
  public String name() {
    return "Slice";
  }

  public int[] starts() {
    return starts.clone();
  }

  public int[] steps() {
    return steps.clone();
  }

  public int[] counts() {
    return counts.clone();
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = single(inputs, name());
    if (input.rank() != starts.length) {
      throw new IllegalArgumentException(
          "Slice has bounds for " + starts.length + " axes, its input is " + input);
    }
    for (int axis = 0; axis < starts.length; axis++) {
      if (starts[axis] + (counts[axis] - 1L) * steps[axis] >= input.extent(axis)) {
        throw new IllegalArgumentException("Slice reaches beyond its input " + input);
      }
    }
    return Shape.of(counts);
  }

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
