package org.qcnn.onnx;

import java.util.Arrays;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Transposition;
import org.qcnn.tensor.Shape;

/** Lowers what changes the shape of image values, and nothing else about them. */
final class ShapeLowering {
  private ShapeLowering() {}

  static void lowerIdentity(OnnxNode node, GraphBuilder graph) {
    // The clean-up drops a reshaping to the same shape.
    reshape(node, graph.shape(node.input(0)), graph);
  }

  static void lowerDropout(OnnxNode node, GraphBuilder graph) {
    long[] trains = graph.integers(node, "training_mode", 2);
    if (trains != null && !Arrays.equals(trains, new long[1])) {
      throw new IllegalArgumentException(
          "it drops out at random (training_mode); export the model for inference");
    }
    lowerIdentity(node, graph);
  }

  static void lowerCast(OnnxNode node, GraphBuilder graph) {
    if (node.integer("to") != DataType.FLOAT) {
      throw new IllegalArgumentException("images can only be floats, not cast to another type");
    }
    lowerIdentity(node, graph);
  }

  static void lowerFlatten(OnnxNode node, GraphBuilder graph) {
    Shape image = graph.shape(node.input(0));
    long axis = node.integer("axis", 1);
    long counted = axis < 0 ? axis + image.rank() + 1 : axis;
    if (counted < 1 || counted > image.rank() + 1 || image.count(0, (int) counted - 1) != 1) {
      throw new IllegalArgumentException(
          "flattening " + image + " images from axis " + axis + " on mixes them with the batch");
    }
    reshape(node, Shape.of(image.count()), graph);
  }

  static void lowerReshape(OnnxNode node, GraphBuilder graph) {
    Shape image = graph.shape(node.input(0));
    long[] target = graph.integers(node, "shape", 1);
    if (target == null) {
      throw new IllegalArgumentException("its target shape is missing");
    }
    reshape(node, target(image, target, graph.batch(), node.flag("allowzero")), graph);
  }

  private static void reshape(OnnxNode node, Shape target, GraphBuilder graph) {
    graph.add(node, new Reshaping(target));
  }

  /** Returns the shape of one image for a target that must leave the batch as it is. */
  private static Shape target(Shape image, long[] target, long batch, boolean allowZero) {
    int[] extents = new int[Math.max(0, target.length - 1)];
    int inferred = -1;
    long known = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      long wanted = target[axis + 1];
      if (wanted == -1 && inferred < 0) {
        inferred = axis;
        continue;
      }
      boolean copies = wanted == 0 && !allowZero && axis < image.rank();
      extents[axis] = copies ? image.extent(axis) : OnnxNode.toInt(wanted, "its target shape");
      known *= extents[axis];
      if (extents[axis] <= 0 || known > image.count()) {
        throw mixes(image, target);
      }
    }
    if (inferred >= 0) {
      extents[inferred] = (int) (image.count() / known);
      known *= extents[inferred];
    }
    if (target.length == 0
        || known != image.count()
        || !keepsBatch(target[0], batch, inferred >= 0, allowZero)) {
      throw mixes(image, target);
    }
    return Shape.of(extents);
  }

  private static boolean keepsBatch(
      long first, long batch, boolean inferredElsewhere, boolean allowZero) {
    return first == ConstantTensor.BATCH
        || (first == 0 && !allowZero)
        || (first == -1 && !inferredElsewhere)
        || (first > 0 && first == batch);
  }

  private static IllegalArgumentException mixes(Shape image, long[] target) {
    String text = Arrays.toString(target).replace(String.valueOf(ConstantTensor.BATCH), "batch");
    return new IllegalArgumentException(
        "reshaping images of "
            + image
            + " to "
            + text
            + " does not fit or mixes them with the"
            + " batch; the first number must be the batch, 0 or -1");
  }

  static void lowerSqueeze(OnnxNode node, GraphBuilder graph) {
    Shape image = graph.shape(node.input(0));
    long[] axes = graph.integers(node, "axes", 1);
    boolean[] dropped = new boolean[image.rank()];
    if (axes == null) {
      if (graph.batch() == 1) {
        throw new IllegalArgumentException("without axes it drops the batch axis; name the axes");
      }
      for (int axis = 0; axis < dropped.length; axis++) {
        dropped[axis] = image.extent(axis) == 1;
      }
    } else {
      for (long axis : axes) {
        dropped[Strides.imageAxis(axis, image.rank())] = true;
      }
    }
    reshape(node, Shape.of(squeezed(image.extents(), dropped)), graph);
  }

  /** Returns the extents without the dropped ones, all of which must be 1. */
  static int[] squeezed(int[] extents, boolean[] dropped) {
    int[] kept = new int[extents.length];
    int count = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      if (!dropped[axis]) {
        kept[count++] = extents[axis];
      } else if (extents[axis] != 1) {
        throw new IllegalArgumentException("it squeezes an axis of extent " + extents[axis]);
      }
    }
    return Arrays.copyOf(kept, count);
  }

  static void lowerUnsqueeze(OnnxNode node, GraphBuilder graph) {
    int[] image = graph.shape(node.input(0)).extents();
    int[] extents = new int[image.length + 1];
    System.arraycopy(image, 0, extents, 1, image.length);
    extents[0] = 1;
    boolean[] added = added(graph.integers(node, "axes", 1), extents.length);
    if (added[0]) {
      throw new IllegalArgumentException("it adds an axis in front of the batch");
    }
    int[] unsqueezed = unsqueezed(extents, added);
    reshape(node, Shape.of(Arrays.copyOfRange(unsqueezed, 1, unsqueezed.length)), graph);
  }

  /** Returns which axes of the result are new. */
  static boolean[] added(long[] axes, int rank) {
    if (axes == null || axes.length > 16) {
      throw new IllegalArgumentException("its axes are missing or too many");
    }
    boolean[] added = new boolean[rank + axes.length];
    for (long axis : axes) {
      int counted = Strides.axis(axis, added.length);
      if (added[counted]) {
        throw new IllegalArgumentException("it adds axis " + axis + " twice");
      }
      added[counted] = true;
    }
    return added;
  }

  /** Returns the extents with a 1 at each new axis. */
  static int[] unsqueezed(int[] extents, boolean[] added) {
    int[] result = new int[added.length];
    int next = 0;
    for (int axis = 0; axis < added.length; axis++) {
      result[axis] = added[axis] ? 1 : extents[next++];
    }
    return result;
  }

  static void lowerTranspose(OnnxNode node, GraphBuilder graph) {
    int[] permutation = permutation(node, graph.shape(node.input(0)).rank() + 1);
    if (permutation[0] != 0) {
      throw new IllegalArgumentException("it moves the batch axis");
    }
    int[] ofImage = new int[permutation.length - 1];
    for (int axis = 0; axis < ofImage.length; axis++) {
      ofImage[axis] = permutation[axis + 1] - 1;
    }
    graph.add(node, new Transposition(ofImage));
  }

  /** Returns which axis each axis of the result was before; the reverse order by default. */
  static int[] permutation(OnnxNode node, int rank) {
    int[] permutation = new int[rank];
    if (node.hasAttribute("perm")) {
      permutation = node.integers("perm", rank, 0);
    } else {
      for (int axis = 0; axis < rank; axis++) {
        permutation[axis] = rank - 1 - axis;
      }
    }
    // Checked here: the batch axis makes it one longer than that of the operator.
    return new Transposition(permutation).permutation();
  }
}
