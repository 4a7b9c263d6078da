package org.qcnn.benchmarks.int8;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.TensorProto;

/** Brings a float network into QDQ form, node by node. */
final class QdqRewriter {
  private final GraphProto source;
  private final QuantizationPlan plan;
  private final Map<String, Range> ranges;
  private final Int8Format format;
  private final Map<String, TensorProto> constants;
  private final Set<String> copiedConstants = new HashSet<>();
  private final Map<String, AffineScale> scales = new HashMap<>();
  private final QdqGraph target;

  QdqRewriter(
      GraphProto source, QuantizationPlan plan, Map<String, Range> ranges, Int8Format format) {
    this.source = source;
    this.plan = plan;
    this.ranges = ranges;
    this.format = format;
    this.constants =
        source.getInitializerList().stream()
            .collect(Collectors.toMap(TensorProto::getName, Function.identity()));
    GraphProto frame = source.toBuilder().clearNode().clearInitializer().clearValueInfo().build();
    this.target = new QdqGraph(frame, format);
  }

  GraphProto rewrite() {
    round(source.getInput(0).getName());
    source.getNodeList().forEach(this::rewrite);
    return target.build();
  }

  private void rewrite(NodeProto node) {
    String output = node.getOutput(0);
    NodeProto.Builder rewritten = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      rewritten.setInput(i, read(node.getInput(i)));
    }
    if (plan.isInteger(node) && Layer.hasWeights(node)) {
      roundWeights(node, rewritten);
    }
    rewritten.getInputList().forEach(this::copyConstant);
    if (plan.values().contains(output)) {
      rewritten.setOutput(0, target.exact(output));
    }
    target.add(rewritten.build());
    if (plan.isInteger(node) && Layer.keepsScale(node)) {
      scales.put(output, scales.get(node.getInput(0)));
    }
    round(output);
  }

  private String read(String value) {
    return plan.values().contains(value) ? target.rounded(value) : value;
  }

  private void copyConstant(String name) {
    if (constants.containsKey(name) && copiedConstants.add(name)) {
      target.add(constants.get(name));
    }
  }

  /** Rounds a value if that is planned; to a scale of its own unless it has one already. */
  private void round(String value) {
    if (plan.values().contains(value)) {
      scales.computeIfAbsent(
          value, name -> AffineScale.covering(ranges.get(name), format.lowestActivation()));
      target.round(value, scales.get(value));
    }
  }

  private void roundWeights(NodeProto node, NodeProto.Builder rewritten) {
    TensorProto weights = constants.get(node.getInput(1));
    int axis = Layer.outputAxis(node);
    IntegerWeights rounded =
        IntegerWeights.round(
            FloatConstant.values(weights), weights.getDimsList(), axis, format.weightZeroPoint());
    String name = node.getOutput(0);
    rewritten.setInput(1, target.weights(name + "@weights", weights.getDimsList(), axis, rounded));
    if (node.getInputCount() > 2) {
      float inputScale = scales.get(node.getInput(0)).scale();
      rewritten.setInput(
          2, roundBias(name + "@bias", constants.get(node.getInput(2)), inputScale, rounded));
    }
  }

  /** Rounds a bias to the scale of the sums that it is added to. */
  private String roundBias(
      String name, TensorProto bias, float inputScale, IntegerWeights weights) {
    FloatBuffer values = FloatConstant.values(bias);
    float[] sumScales = weights.scales().clone();
    int[] integers = new int[sumScales.length];
    for (int output = 0; output < integers.length; output++) {
      sumScales[output] *= inputScale;
      integers[output] = Math.round(values.get(output) / sumScales[output]);
    }
    return target.bias(name, integers, sumScales);
  }
}
