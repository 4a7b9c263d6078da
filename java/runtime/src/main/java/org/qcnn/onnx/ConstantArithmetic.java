package org.qcnn.onnx;

import java.nio.FloatBuffer;
import org.qcnn.graph.Arithmetic;

/** Computes Add, Sub, Mul and Div of two constants, integers (as in shapes) or floats. */
final class ConstantArithmetic {
  private ConstantArithmetic() {}

  static ConstantTensor add(OnnxNode node, GraphBuilder graph) {
    return compute(Arithmetic.Kind.ADD, node, graph);
  }

  static ConstantTensor subtract(OnnxNode node, GraphBuilder graph) {
    return compute(Arithmetic.Kind.SUBTRACT, node, graph);
  }

  static ConstantTensor multiply(OnnxNode node, GraphBuilder graph) {
    return compute(Arithmetic.Kind.MULTIPLY, node, graph);
  }

  static ConstantTensor divide(OnnxNode node, GraphBuilder graph) {
    return compute(Arithmetic.Kind.DIVIDE, node, graph);
  }

  private static ConstantTensor compute(Arithmetic.Kind kind, OnnxNode node, GraphBuilder graph) {
    ConstantTensor left = graph.constant(node.input(0));
    ConstantTensor right = graph.constant(node.input(1));
    int[] extents = broadcast(left, right);
    graph.reserve(ConstantTensor.count(extents));
    left = expanded(left, extents);
    right = expanded(right, extents);
    return left.holdsFloats() || right.holdsFloats()
        ? floats(new Arithmetic(kind, org.qcnn.graph.Activation.NONE), left, right)
        : integers(kind, left, right);
  }

  private static ConstantTensor floats(
      Arithmetic arithmetic, ConstantTensor left, ConstantTensor right) {
    FloatBuffer a = left.floats("its first input");
    FloatBuffer b = right.floats("its second input");
    float[] results = new float[a.remaining()];
    for (int i = 0; i < results.length; i++) {
      results[i] = arithmetic.apply(a.get(i), b.get(i));
    }
    return ConstantTensor.ofFloats(left.extents(), FloatBuffer.wrap(results));
  }

  private static ConstantTensor integers(
      Arithmetic.Kind kind, ConstantTensor left, ConstantTensor right) {
    long[] a = left.integers("its first input");
    long[] b = right.integers("its second input");
    long[] results = new long[a.length];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          a[i] == ConstantTensor.BATCH || b[i] == ConstantTensor.BATCH
              ? withBatch(kind, a[i], b[i])
              : exact(kind, a[i], b[i]);
    }
    return ConstantTensor.ofIntegers(left.extents(), results);
  }

  /** Returns the batch for the few operations that leave it as it is. */
  private static long withBatch(Arithmetic.Kind kind, long a, long b) {
    boolean adds = kind == Arithmetic.Kind.ADD || kind == Arithmetic.Kind.SUBTRACT;
    boolean commutes = kind == Arithmetic.Kind.ADD || kind == Arithmetic.Kind.MULTIPLY;
    int neutral = adds ? 0 : 1;
    if (b == neutral || (commutes && a == neutral)) {
      return ConstantTensor.BATCH;
    }
    throw new IllegalArgumentException(
        "it computes with the number of images in the batch, which would mix the images");
  }

  private static long exact(Arithmetic.Kind kind, long a, long b) {
    switch (kind) {
      case ADD:
        return Math.addExact(a, b);
      case SUBTRACT:
        return Math.subtractExact(a, b);
      case MULTIPLY:
        return Math.multiplyExact(a, b);
      default:
        return a / b;
    }
  }

  private static int[] broadcast(ConstantTensor left, ConstantTensor right) {
    int[] extents = new int[Math.max(left.rank(), right.rank())];
    for (int axis = 0; axis < extents.length; axis++) {
      int a = extent(left, axis - extents.length + left.rank());
      int b = extent(right, axis - extents.length + right.rank());
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException("its constants do not fit together");
      }
      extents[axis] = a == 1 ? b : a;
    }
    return extents;
  }

  private static int extent(ConstantTensor tensor, int axis) {
    return axis < 0 ? 1 : tensor.extent(axis);
  }

  private static ConstantTensor expanded(ConstantTensor tensor, int[] extents) {
    int[] dense = Strides.dense(tensor.extents());
    int[] strides = new int[extents.length];
    int missing = extents.length - tensor.rank();
    for (int axis = missing; axis < extents.length; axis++) {
      strides[axis] = tensor.extent(axis - missing) == 1 ? 0 : dense[axis - missing];
    }
    return tensor.select(extents, Strides.sources(extents, strides, 0));
  }
}
