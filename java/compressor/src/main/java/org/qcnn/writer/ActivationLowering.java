package org.qcnn.writer;

import java.util.List;
import org.qcnn.graph.Activation;

/** Writes an activation as one standard ONNX node. */
final class ActivationLowering {
  private ActivationLowering() {}

  static void lower(
      Activation activation, String name, String input, String output, OnnxGraphBuilder onnx) {
    List<String> inputs = List.of(input);
    switch (activation.kind) {
      case NONE -> onnx.node(name, "Identity", inputs, output);
      case RELU -> onnx.node(name, "Relu", inputs, output);
      case CLIP -> {
        String lowest = onnx.scalar(name + ".min", activation.a);
        String highest = onnx.scalar(name + ".max", activation.b);
        onnx.node(name, "Clip", List.of(input, lowest, highest), output);
      }
      case LEAKY_RELU ->
          onnx.node(name, "LeakyRelu", inputs, output, Attributes.real("alpha", activation.a));
      case SIGMOID -> onnx.node(name, "Sigmoid", inputs, output);
      case HARD_SIGMOID ->
          onnx.node(
              name,
              "HardSigmoid",
              inputs,
              output,
              Attributes.real("alpha", activation.a),
              Attributes.real("beta", activation.b));
      case HARD_SWISH -> onnx.node(name, "HardSwish", inputs, output);
    }
  }
}
