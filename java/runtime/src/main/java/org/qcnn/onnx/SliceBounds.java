package org.qcnn.onnx;

import java.util.Arrays;

/** What a Slice node selects along each ONNX axis; everything along axes that it does not name. */
final class SliceBounds {
  private static final long TO_THE_END = Long.MAX_VALUE;

  private final long[] starts;
  private final long[] ends;
  private final long[] steps;

  private SliceBounds(int rank) {
    starts = new long[rank];
    ends = new long[rank];
    steps = new long[rank];
    Arrays.fill(ends, TO_THE_END);
    Arrays.fill(steps, 1);
  }

  /** Reads the bounds: attributes up to operator set 9, then inputs. */
  static SliceBounds read(OnnxNode node, GraphBuilder graph, int rank) {
    long[] starts = graph.integers(node, "starts", 1);
    long[] ends = graph.integers(node, "ends", 2);
    if (starts == null || ends == null || starts.length != ends.length || starts.length > rank) {
      throw new IllegalArgumentException("its starts and ends are missing or do not fit together");
    }
    long[] axes = graph.integers(node, "axes", 3);
    long[] steps = graph.integers(node, "steps", 4);
    axes = axes == null ? Strides.axes(starts.length) : axes;
    if (axes.length != starts.length || (steps != null && steps.length != starts.length)) {
      throw new IllegalArgumentException("it needs one axis and one step for each start");
    }
    SliceBounds bounds = new SliceBounds(rank);
    for (int i = 0; i < axes.length; i++) {
      int axis = Strides.axis(axes[i], rank);
      bounds.starts[axis] = starts[i];
      bounds.ends[axis] = ends[i];
      bounds.steps[axis] = steps == null ? 1 : steps[i];
      if (bounds.steps[axis] <= 0) {
        throw new IllegalArgumentException("only positive steps are supported");
      }
    }
    return bounds;
  }

  /** Checks that all images of the batch, the first axis, are selected. */
  void checkKeepsBatch(long batch) {
    boolean toTheEnd =
        ends[0] == ConstantTensor.BATCH
            || ends[0] >= Integer.MAX_VALUE
            || (batch > 0 && ends[0] >= batch);
    if (starts[0] != 0 || steps[0] != 1 || !toTheEnd) {
      throw new IllegalArgumentException("it selects some images of the batch");
    }
  }

  /** Returns the first index selected along an axis of {@code extent} elements. */
  int start(int axis, int extent) {
    return clamp(starts[axis], extent);
  }

  /** Returns the step; one larger than any extent selects one element, as a smaller one does. */
  int step(int axis) {
    return (int) Math.min(steps[axis], Integer.MAX_VALUE);
  }

  /** Returns how many elements are selected along an axis of {@code extent} elements; may be 0. */
  int count(int axis, int extent) {
    long span = (long) clamp(ends[axis], extent) - start(axis, extent);
    return span <= 0 ? 0 : (int) ((span - 1) / step(axis) + 1);
  }

  private static int clamp(long bound, int extent) {
    if (bound == ConstantTensor.BATCH) {
      throw new IllegalArgumentException("its bounds depend on the number of images in the batch");
    }
    long counted = bound < 0 ? bound + extent : bound;
    return (int) Math.max(0, Math.min(extent, counted));
  }
}
