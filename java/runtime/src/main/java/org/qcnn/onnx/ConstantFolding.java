package org.qcnn.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.qcnn.tensor.Shape;

/**
 * Computes nodes all of whose inputs are constant: mostly the shape arithmetic with which exporters
 * describe a Reshape.
 */
final class ConstantFolding {
  private ConstantFolding() {}

  static ConstantTensor constant(OnnxNode node, GraphBuilder graph) {
    if (node.hasAttribute("value")) {
      return TensorDecoder.decode(node.tensor("value"));
    } else if (node.hasAttribute("value_float")) {
      float value = node.number("value_float");
      return ConstantTensor.ofFloats(new int[0], FloatBuffer.wrap(new float[] {value}));
    } else if (node.hasAttribute("value_floats")) {
      FloatBuffer values = node.numbers("value_floats");
      return ConstantTensor.ofFloats(new int[] {values.remaining()}, values);
    } else if (node.hasAttribute("value_int")) {
      return ConstantTensor.ofIntegers(new int[0], node.integer("value_int"));
    } else if (node.hasAttribute("value_ints")) {
      return ConstantTensor.vector(node.integers("value_ints"));
    }
    throw new IllegalArgumentException("only constants of numbers are supported");
  }

  static ConstantTensor constantOfShape(OnnxNode node, GraphBuilder graph) {
    int[] extents = extents(input(node, graph).integers("its shape"));
    int count = ConstantTensor.count(extents);
    graph.reserve(count);
    ConstantTensor value =
        node.hasAttribute("value")
            ? TensorDecoder.decode(node.tensor("value"))
            : ConstantTensor.ofFloats(new int[] {1}, FloatBuffer.allocate(1));
    if (value.count() != 1) {
      throw new IllegalArgumentException("its value must be one number");
    }
    return value.select(extents, new int[count]);
  }

  private static ConstantTensor input(OnnxNode node, GraphBuilder graph) {
    return graph.constant(node.input(0));
  }

  private static int[] extents(long[] shape) {
    int[] extents = new int[shape.length];
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = OnnxNode.toInt(shape[axis], "its shape");
    }
    return extents;
  }

  /** Returns the ONNX shape of an image value or a constant; of the former the batch is unknown. */
  static ConstantTensor shape(OnnxNode node, GraphBuilder graph) {
    String input = node.input(0);
    int[] extents = graph.isConstant(input) ? input(node, graph).extents() : null;
    Shape image = extents == null ? graph.shape(input) : null;
    long[] shape = new long[extents == null ? image.rank() + 1 : extents.length];
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] =
          extents != null
              ? extents[axis]
              : axis == 0 ? ConstantTensor.BATCH : image.extent(axis - 1);
    }
    int start = bound(node.integer("start", 0), shape.length);
    int end = bound(node.integer("end", shape.length), shape.length);
    return ConstantTensor.vector(Arrays.copyOfRange(shape, start, Math.max(start, end)));
  }

  private static int bound(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    return (int) Math.max(0, Math.min(rank, counted));
  }

  static ConstantTensor identity(OnnxNode node, GraphBuilder graph) {
    return input(node, graph);
  }

  static ConstantTensor cast(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    long type = node.integer("to");
    boolean toFloats =
        type == DataType.FLOAT
            || type == DataType.DOUBLE
            || type == DataType.FLOAT16
            || type == DataType.BFLOAT16;
    return toFloats ? toFloats(value) : toIntegers(value, type);
  }

  private static ConstantTensor toFloats(ConstantTensor value) {
    if (value.holdsFloats()) {
      return value;
    }
    long[] integers = value.integers("its input");
    float[] floats = new float[integers.length];
    for (int i = 0; i < floats.length; i++) {
      if (integers[i] == ConstantTensor.BATCH) {
        throw new IllegalArgumentException("it depends on the number of images in the batch");
      }
      floats[i] = integers[i];
    }
    return ConstantTensor.ofFloats(value.extents(), FloatBuffer.wrap(floats));
  }

  private static ConstantTensor toIntegers(ConstantTensor value, long type) {
    if (type != DataType.INT64 && type != DataType.INT32) {
      throw new IllegalArgumentException("a cast to data type " + type + " is not supported");
    }
    if (!value.holdsFloats()) {
      return value;
    }
    FloatBuffer floats = value.floats("its input");
    long[] integers = new long[floats.remaining()];
    for (int i = 0; i < integers.length; i++) {
      integers[i] = (long) floats.get(i);
    }
    return ConstantTensor.ofIntegers(value.extents(), integers);
  }

  static ConstantTensor gather(OnnxNode node, GraphBuilder graph) {
    ConstantTensor data = input(node, graph);
    ConstantTensor indices = graph.constant(node.input(1));
    if (data.rank() != 1 || Strides.axis(node.integer("axis", 0), 1) != 0) {
      throw new IllegalArgumentException("only gathering from a vector is supported");
    }
    long[] wanted = indices.integers("its indices");
    int[] sources = new int[wanted.length];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Strides.axis(wanted[i], data.extent(0));
    }
    return data.select(indices.extents(), sources);
  }

  static ConstantTensor concat(OnnxNode node, GraphBuilder graph) {
    long[][] parts = new long[node.inputCount()][];
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      ConstantTensor part = graph.constant(node.input(i));
      if (part.rank() != 1) {
        throw new IllegalArgumentException("constants can only be joined if they are vectors");
      }
      parts[i] = part.integers("its input");
      count = Math.addExact(count, parts[i].length);
    }
    long[] joined = new long[count];
    int end = 0;
    for (long[] part : parts) {
      System.arraycopy(part, 0, joined, end, part.length);
      end += part.length;
    }
    return ConstantTensor.vector(joined);
  }

  static ConstantTensor slice(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    SliceBounds bounds = SliceBounds.read(node, graph, value.rank());
    int[] extents = value.extents();
    int[] strides = Strides.dense(extents);
    int offset = 0;
    for (int axis = 0; axis < extents.length; axis++) {
      offset += bounds.start(axis, value.extent(axis)) * strides[axis];
      extents[axis] = bounds.count(axis, value.extent(axis));
      // Only where there is a second element is the product a distance within the array.
      strides[axis] = extents[axis] > 1 ? strides[axis] * bounds.step(axis) : 0;
    }
    return value.select(extents, Strides.sources(extents, strides, offset));
  }

  static ConstantTensor transpose(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    int[] permutation = ShapeLowering.permutation(node, value.rank());
    int[] before = Strides.dense(value.extents());
    int[] extents = new int[permutation.length];
    int[] strides = new int[permutation.length];
    for (int axis = 0; axis < permutation.length; axis++) {
      extents[axis] = value.extent(permutation[axis]);
      strides[axis] = before[permutation[axis]];
    }
    return value.select(extents, Strides.sources(extents, strides, 0));
  }

  static ConstantTensor reshape(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    long[] target = graph.integers(node, "shape", 1);
    if (target == null) {
      throw new IllegalArgumentException("its target shape is missing");
    }
    int inferred = -1;
    long known = 1;
    for (int axis = 0; axis < target.length; axis++) {
      if (target[axis] == 0 && !node.flag("allowzero") && axis < value.rank()) {
        target[axis] = value.extent(axis);
      }
      if (target[axis] == -1 && inferred < 0) {
        inferred = axis;
      } else {
        known = Math.multiplyExact(known, target[axis]);
      }
    }
    if (inferred >= 0) {
      target[inferred] = known == 0 ? 0 : value.count() / known;
    }
    return value.reshaped(extents(target));
  }

  static ConstantTensor squeeze(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    long[] axes = graph.integers(node, "axes", 1);
    boolean[] dropped = new boolean[value.rank()];
    for (int axis = 0; axis < dropped.length; axis++) {
      dropped[axis] = axes == null && value.extent(axis) == 1;
    }
    for (long axis : axes == null ? new long[0] : axes) {
      dropped[Strides.axis(axis, value.rank())] = true;
    }
    return value.reshaped(ShapeLowering.squeezed(value.extents(), dropped));
  }

  static ConstantTensor unsqueeze(OnnxNode node, GraphBuilder graph) {
    ConstantTensor value = input(node, graph);
    boolean[] added = ShapeLowering.added(graph.integers(node, "axes", 1), value.rank());
    return value.reshaped(ShapeLowering.unsqueezed(value.extents(), added));
  }
}
