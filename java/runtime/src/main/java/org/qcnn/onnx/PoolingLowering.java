package org.qcnn.onnx;

import java.util.List;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** Lowers poolings, and means over whole channels. */
final class PoolingLowering {
  private PoolingLowering() {}

  static void lowerMaximum(OnnxNode node, GraphBuilder graph) {
    lower(Pooling.Kind.MAXIMUM, node, graph);
  }

  static void lowerAverage(OnnxNode node, GraphBuilder graph) {
    lower(Pooling.Kind.AVERAGE, node, graph);
  }

  private static void lower(Pooling.Kind kind, OnnxNode node, GraphBuilder graph) {
    Shape input = WindowAttributes.map(node, graph);
    node.integers("kernel_shape");
    Window window = WindowAttributes.window(node, input, node.integers("kernel_shape", 2, 0));
    boolean countPads = node.flag("count_include_pad");
    graph.add(node, new Pooling(kind, window, node.flag("ceil_mode"), countPads));
  }

  static void lowerGlobalMaximum(OnnxNode node, GraphBuilder graph) {
    WindowAttributes.map(node, graph);
    graph.add(node, new GlobalPooling(Pooling.Kind.MAXIMUM));
  }

  static void lowerGlobalAverage(OnnxNode node, GraphBuilder graph) {
    WindowAttributes.map(node, graph);
    graph.add(node, new GlobalPooling(Pooling.Kind.AVERAGE));
  }

  /** Lowers ReduceMean over height and width. */
  static void lowerMean(OnnxNode node, GraphBuilder graph) {
    Shape input = WindowAttributes.map(node, graph);
    long[] axes = graph.integers(node, "axes", 1);
    boolean[] reduced = new boolean[4];
    for (long axis : axes == null ? new long[0] : axes) {
      reduced[Strides.axis(axis, 4)] = true;
    }
    if (reduced[0] || reduced[1] || !reduced[2] || !reduced[3]) {
      throw new IllegalArgumentException("only the mean over height and width is supported");
    }
    GlobalPooling mean = new GlobalPooling(Pooling.Kind.AVERAGE);
    if (node.integer("keepdims", 1) != 0) {
      graph.add(node, mean);
      return;
    }
    String kept = graph.fresh(node.output(0) + ".kept");
    graph.add(node, mean, List.of(node.input(0)), kept);
    graph.add(node, new Reshaping(Shape.of(input.extent(0))), List.of(kept), node.output(0));
  }
}
