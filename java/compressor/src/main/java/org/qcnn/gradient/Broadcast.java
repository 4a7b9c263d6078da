package org.qcnn.gradient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.tensor.Shape;

/** How two inputs are repeated to fill an output, with as few axes as that takes. */
final class Broadcast {
  private final int[] extents;
  private final int[][] strides;

  private Broadcast(int[] extents, int[][] strides) {
    this.extents = extents;
    this.strides = strides;
  }

  /** Returns the extents of the output. */
  int[] extents() {
    return extents.clone();
  }

  /** Returns the strides of an input along the same axes, 0 where it is repeated. */
  int[] strides(int input) {
    return strides[input].clone();
  }

  /** Returns how inputs are repeated by the rules of ONNX: aligned at the last axis. */
  static Broadcast of(Shape output, Shape... inputs) {
    List<Integer> extents = new ArrayList<>();
    List<boolean[]> present = new ArrayList<>();
    for (int axis = 0; axis < output.rank(); axis++) {
      if (output.extent(axis) == 1) {
        continue;
      }
      boolean[] has = new boolean[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        int own = axis - output.rank() + inputs[i].rank();
        has[i] = own >= 0 && inputs[i].extent(own) > 1;
      }
      int last = extents.size() - 1;
      if (last >= 0 && Arrays.equals(present.get(last), has)) {
        extents.set(last, extents.get(last) * output.extent(axis));
      } else {
        extents.add(output.extent(axis));
        present.add(has);
      }
    }
    if (extents.isEmpty()) {
      extents.add(1);
      present.add(new boolean[inputs.length]);
    }
    return new Broadcast(
        extents.stream().mapToInt(Integer::intValue).toArray(), strides(extents, present));
  }

  private static int[][] strides(List<Integer> extents, List<boolean[]> present) {
    int[][] strides = new int[present.get(0).length][extents.size()];
    for (int input = 0; input < strides.length; input++) {
      int next = 1;
      for (int axis = extents.size() - 1; axis >= 0; axis--) {
        if (present.get(axis)[input]) {
          strides[input][axis] = next;
          next *= extents.get(axis);
        }
      }
    }
    return strides;
  }
}
