package org.qcnn.onnx;

import java.nio.FloatBuffer;
import org.qcnn.graph.Activation;
import org.qcnn.graph.BitPlanes;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Lowers the quantized layers of our own domain; see {@link QuantizedOperators}. */
final class QuantizedLowering {
  private QuantizedLowering() {}

  static void lowerConvolution(OnnxNode node, GraphBuilder graph) {
    Shape input = WindowAttributes.map(node, graph);
    int[] kernel = node.integers(QuantizedOperators.KERNEL_SHAPE, 2, 1);
    Window window = WindowAttributes.window(node, input, kernel);
    int groups = OnnxNode.toInt(node.integer(QuantizedOperators.GROUP, 1), "group");
    float[] bias = bias(node, graph);
    QuantizedWeights weights =
        weights(
            node,
            graph,
            Shape.of(bias.length, channels(node), kernel[0], kernel[1]),
            tableShifts(node),
            inputBounds(node));
    graph.add(node, new Convolution(window, groups, weights, bias, Activation.NONE));
  }

  static void lowerFullyConnected(OnnxNode node, GraphBuilder graph) {
    float[] bias = bias(node, graph);
    QuantizedWeights weights =
        weights(node, graph, Shape.of(bias.length, channels(node)), new byte[0], new float[0]);
    graph.add(node, new FullyConnected(weights, bias, Activation.NONE));
  }

  private static int channels(OnnxNode node) {
    return OnnxNode.toInt(node.integer(QuantizedOperators.CHANNELS), QuantizedOperators.CHANNELS);
  }

  private static float[] bias(OnnxNode node, GraphBuilder graph) {
    FloatBuffer values = graph.constant(node.input(3)).floats("the bias");
    graph.reserve(values.remaining());
    float[] bias = new float[values.remaining()];
    values.get(bias);
    for (float number : bias) {
      // The kernels take a maximum of the response and 0, which may or may not drop a NaN.
      if (Float.isNaN(number) || Float.isInfinite(number)) {
        throw new IllegalArgumentException("its bias holds " + number);
      }
    }
    return bias;
  }

  /** Returns the shifts, whose number the weights check; empty if the node has none. */
  private static byte[] tableShifts(OnnxNode node) {
    if (!node.hasAttribute(QuantizedOperators.TABLE_SHIFTS)) {
      return new byte[0];
    }
    long[] given = node.integers(QuantizedOperators.TABLE_SHIFTS);
    if (given.length == 0) {
      throw new IllegalArgumentException("its attribute table_shifts holds no integers");
    }
    byte[] shifts = new byte[given.length];
    for (int i = 0; i < shifts.length; i++) {
      if (given[i] < 0 || given[i] > QuantizedWeights.MAX_TABLE_SHIFT) {
        throw new IllegalArgumentException(
            "its attribute table_shifts holds "
                + given[i]
                + ", not 0 to "
                + QuantizedWeights.MAX_TABLE_SHIFT);
      }
      shifts[i] = (byte) given[i];
    }
    return shifts;
  }

  /** Returns the bounds, which the weights check; empty if the node has none. */
  private static float[] inputBounds(OnnxNode node) {
    if (!node.hasAttribute(QuantizedOperators.INPUT_BOUNDS)) {
      return new float[0];
    }
    FloatBuffer given = node.numbers(QuantizedOperators.INPUT_BOUNDS);
    if (!given.hasRemaining()) {
      throw new IllegalArgumentException("its attribute input_bounds holds no floats");
    }
    float[] bounds = new float[given.remaining()];
    given.get(bounds);
    return bounds;
  }

  private static QuantizedWeights weights(
      OnnxNode node, GraphBuilder graph, Shape shape, byte[] tableShifts, float[] inputBounds) {
    Tensor codebooks = StoredCodebooks.read(node, graph);
    ConstantTensor planes = graph.constant(node.input(2));
    int positions = shape.count(2, shape.rank());
    long codes = (long) shape.extent(0) * positions * codebooks.shape().extent(0);
    if (planes.rank() != 2 || planes.extent(1) != (codes + 7) / 8) {
      throw new IllegalArgumentException(
          "its codes must be [planes, " + (codes + 7) / 8 + "] bytes for " + codes + " codes");
    }
    int count = OnnxNode.toInt(codes, "the number of codes");
    graph.reserve(count / Float.BYTES);
    BitPlanes assignments = BitPlanes.over(planes.bytes("the codes"), planes.extent(0), count);
    return new QuantizedWeights(
        shape,
        codebooks,
        assignments,
        node.number(QuantizedOperators.INPUT_RANGE),
        node.number(QuantizedOperators.RESPONSE_RANGE),
        tableShifts,
        inputBounds);
  }
}
