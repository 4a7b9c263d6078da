package org.qcnn.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Slicing;
import org.qcnn.tensor.Shape;

/** Lowers what cuts image values apart, puts them together, or pads them. */
final class SlicingLowering {
  private SlicingLowering() {}

  static void lowerSlice(OnnxNode node, GraphBuilder graph) {
    Shape image = graph.shape(node.input(0));
    SliceBounds bounds = SliceBounds.read(node, graph, image.rank() + 1);
    bounds.checkKeepsBatch(graph.batch());
    int[] starts = new int[image.rank()];
    int[] steps = new int[image.rank()];
    int[] counts = new int[image.rank()];
    for (int axis = 0; axis < starts.length; axis++) {
      starts[axis] = bounds.start(axis + 1, image.extent(axis));
      steps[axis] = bounds.step(axis + 1);
      counts[axis] = bounds.count(axis + 1, image.extent(axis));
      if (counts[axis] == 0) {
        throw new IllegalArgumentException("it selects nothing of " + image);
      }
    }
    graph.add(node, new Slicing(starts, steps, counts));
  }

  static void lowerSplit(OnnxNode node, GraphBuilder graph) {
    Shape image = graph.shape(node.input(0));
    int axis = Strides.imageAxis(node.integer("axis", 0), image.rank());
    int[] starts = new int[image.rank()];
    int[] steps = new int[image.rank()];
    Arrays.fill(steps, 1);
    long[] parts = parts(node, graph, image.extent(axis));
    for (int part = 0; part < parts.length; part++) {
      int[] counts = image.extents();
      counts[axis] = OnnxNode.toInt(parts[part], "a part");
      Slicing slicing = new Slicing(starts, steps, counts);
      if (!node.output(part).isEmpty()) {
        graph.add(node, slicing, List.of(node.input(0)), node.output(part));
      }
      starts[axis] = Math.addExact(starts[axis], counts[axis]);
    }
    if (starts[axis] != image.extent(axis)) {
      throw new IllegalArgumentException("its parts do not add up to " + image.extent(axis));
    }
  }

  private static long[] parts(OnnxNode node, GraphBuilder graph, int extent) {
    long[] given = graph.integers(node, "split", 1);
    if (given != null) {
      if (given.length != node.outputCount()) {
        throw new IllegalArgumentException(
            "it has " + given.length + " parts, but " + node.outputCount() + " outputs");
      }
      return given;
    }
    int count = node.outputCount();
    if (count == 0 || node.integer("num_outputs", count) != count) {
      throw new IllegalArgumentException("its num_outputs does not fit its outputs");
    }
    // From operator set 18 on the last part may be smaller.
    long size = (extent + count - 1L) / count;
    if (node.opset() < 18 && extent % count != 0) {
      throw new IllegalArgumentException(extent + " does not split into " + count + " equal parts");
    }
    long[] parts = new long[count];
    Arrays.fill(parts, size);
    parts[count - 1] = extent - size * (count - 1);
    return parts;
  }

  static void lowerConcat(OnnxNode node, GraphBuilder graph) {
    int rank = -1;
    for (int input = 0; input < node.inputCount(); input++) {
      String name = node.input(input);
      rank = graph.isConstant(name) ? rank : graph.shape(name).rank();
    }
    if (rank < 0) {
      throw new IllegalArgumentException("its inputs cannot be joined: they are constants");
    }
    List<String> inputs = new ArrayList<>();
    for (int input = 0; input < node.inputCount(); input++) {
      inputs.add(part(graph, node.input(input), rank));
    }
    int axis = Strides.imageAxis(node.integer("axis"), rank);
    graph.add(node, new Concatenation(axis), inputs, node.output(0));
  }

  /** Returns a value to join with images of a rank; a constant must have the batch axis, too. */
  private static String part(GraphBuilder graph, String name, int rank) {
    if (!graph.isConstant(name)) {
      return name;
    }
    if (graph.constant(name).rank() != rank + 1) {
      throw new IllegalArgumentException("its constant input " + name + " has no batch axis");
    }
    return graph.operand(name, ElementwiseLowering.imageShape(graph.constant(name), rank));
  }

  static void lowerPad(OnnxNode node, GraphBuilder graph) {
    int rank = graph.shape(node.input(0)).rank() + 1;
    if (!node.text("mode", "constant").equals("constant")) {
      throw new IllegalArgumentException("only padding with a constant is supported");
    }
    long[] pads = graph.integers(node, "pads", 1);
    long[] axes = node.hasInput(3) ? graph.integers(node, "axes", 3) : Strides.axes(rank);
    if (pads == null || pads.length != 2 * axes.length) {
      throw new IllegalArgumentException("its pads must be two numbers for each axis");
    }
    int[] before = new int[rank];
    int[] after = new int[rank];
    for (int i = 0; i < axes.length; i++) {
      int axis = Strides.axis(axes[i], rank);
      before[axis] = OnnxNode.toInt(pads[i], "a padding");
      after[axis] = OnnxNode.toInt(pads[i + axes.length], "a padding");
    }
    if (before[0] != 0 || after[0] != 0) {
      throw new IllegalArgumentException("it pads the batch axis");
    }
    float value =
        node.hasInput(2)
            ? graph.constant(node.input(2)).scalar("constant_value")
            : node.number("value", 0);
    graph.add(
        node,
        new Padding(
            Arrays.copyOfRange(before, 1, rank), Arrays.copyOfRange(after, 1, rank), value));
  }
}
