package org.qcnn.onnx;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Lowers BatchNormalization and LRN. */
final class NormalizationLowering {
  private NormalizationLowering() {}

  /** Lowers BatchNormalization to a multiplication and an addition per channel. */
  static void lowerBatch(OnnxNode node, GraphBuilder graph) {
    if (node.flag("training_mode") || node.integer("spatial", 1) == 0) {
      throw new IllegalArgumentException(
          "only inference with one mean per channel is supported; export the model for inference");
    }
    Shape input = graph.shape(node.input(0));
    if (input.rank() == 0) {
      throw new IllegalArgumentException("its input has no channel axis");
    }
    int channels = input.extent(0);
    FloatBuffer gain = parameter(node, 1, channels, graph);
    FloatBuffer offset = parameter(node, 2, channels, graph);
    FloatBuffer mean = parameter(node, 3, channels, graph);
    FloatBuffer variance = parameter(node, 4, channels, graph);
    double epsilon = node.number("epsilon", 1e-5f);
    graph.reserve(2L * channels);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double exactScale = gain.get(c) / Math.sqrt(variance.get(c) + epsilon);
      scale[c] = (float) exactScale;
      shift[c] = (float) (offset.get(c) - mean.get(c) * exactScale);
    }
    int[] extents = new int[input.rank()];
    Arrays.fill(extents, 1);
    extents[0] = channels;
    Shape perChannel = Shape.of(extents);
    String scaleName = graph.add(node, ".scale", Tensor.over(perChannel, scale));
    String shiftName = graph.add(node, ".shift", Tensor.over(perChannel, shift));
    String scaled = graph.fresh(node.output(0) + ".scaled");
    Arithmetic multiply = new Arithmetic(Arithmetic.Kind.MULTIPLY, Activation.NONE);
    Arithmetic add = new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE);
    graph.add(node, multiply, List.of(node.input(0), scaleName), scaled);
    graph.add(node, add, List.of(scaled, shiftName), node.output(0));
  }

  private static FloatBuffer parameter(OnnxNode node, int input, int count, GraphBuilder graph) {
    FloatBuffer values = graph.constant(node.input(input)).floats(node.input(input));
    if (values.remaining() != count) {
      throw new IllegalArgumentException(
          node.input(input) + " has " + values.remaining() + " numbers for " + count + " channels");
    }
    return values;
  }

  static void lowerLocalResponse(OnnxNode node, GraphBuilder graph) {
    graph.add(
        node,
        new LocalResponseNormalization(
            OnnxNode.toInt(node.integer("size"), "size"),
            node.number("alpha", 0.0001f),
            node.number("beta", 0.75f),
            node.number("bias", 1)));
  }
}
