package org.qcnn.onnx;

import java.util.Arrays;

/** Walks through a regular part of an array of several axes. */
final class Strides {
  private Strides() {}

  /** Returns the distance of neighbours along each axis of a dense array. */
  static int[] dense(int[] extents) {
    int[] strides = new int[extents.length];
    int stride = 1;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= extents[axis];
    }
    return strides;
  }

  /**
   * Returns, for each element of the result in its order, the flat index of its source.
   *
   * @param extents the extents of the result; their product must be known to fit into memory
   * @param strides the step in the source for one step along each axis of the result
   * @param offset the source of the first element
   */
  static int[] sources(int[] extents, int[] strides, int offset) {
    int[] sources = new int[ConstantTensor.count(extents)];
    int[] position = new int[extents.length];
    int source = offset;
    for (int i = 0; i < sources.length; i++) {
      sources[i] = source;
      for (int axis = extents.length - 1; axis >= 0; axis--) {
        source += strides[axis];
        if (++position[axis] < extents[axis]) {
          break;
        }
        source -= strides[axis] * extents[axis];
        position[axis] = 0;
      }
    }
    return sources;
  }

  /** Returns the axis as a number from 0 to rank - 1; ONNX also counts from behind. */
  static int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw new IllegalArgumentException("there is no axis " + axis + " among " + rank);
    }
    return (int) counted;
  }

  /**
   * Returns the axis of one image for an axis of an ONNX value.
   *
   * @param imageRank the rank of the image, without the batch
   * @throws IllegalArgumentException if it is the batch axis
   */
  static int imageAxis(long axis, int imageRank) {
    int counted = axis(axis, imageRank + 1);
    if (counted == 0) {
      throw new IllegalArgumentException(
          "it works across the batch (axis 0), but the images of a batch are independent here");
    }
    return counted - 1;
  }

  /** Returns {@code count} axis numbers from 0 on, for operators whose axes are left out. */
  static long[] axes(int count) {
    long[] axes = new long[count];
    Arrays.setAll(axes, i -> i);
    return axes;
  }
}
