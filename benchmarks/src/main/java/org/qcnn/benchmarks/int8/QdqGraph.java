package org.qcnn.benchmarks.int8;

import java.util.Arrays;
import java.util.List;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.AttributeProto.AttributeType;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.TensorProto;

/**
 * A network in ONNX's QDQ form: pairs of QuantizeLinear and DequantizeLinear say what is rounded to
 * which integers, the operators between them stay as they were. A runtime fuses them into operators
 * on integers. Names of new values contain an @, which no exporter writes.
 */
final class QdqGraph {
  private final GraphProto.Builder graph;
  private final String input;
  private final Int8Format format;

  /** Starts from a graph without its nodes and initializers. */
  QdqGraph(GraphProto frame, Int8Format format) {
    this.graph = frame.toBuilder();
    this.input = frame.getInput(0).getName();
    this.format = format;
  }

  void add(NodeProto node) {
    graph.addNode(node);
  }

  void add(TensorProto initializer) {
    graph.addInitializer(initializer);
  }

  /** Returns the name of a quantized value before it is rounded. */
  String exact(String value) {
    return value.equals(input) ? value : value + "@exact";
  }

  /** Returns the name of a quantized value after it is rounded. */
  String rounded(String value) {
    return value.equals(input) ? value + "@rounded" : value;
  }

  /** Rounds an activation. */
  void round(String value, AffineScale scale) {
    String scaleName = value + "@scale";
    String zeroPoint = value + "@zero_point";
    String integers = value + "@quantized";
    add(IntegerConstants.scalar(scaleName, scale.scale()));
    add(
        IntegerConstants.bytes(
            zeroPoint, format.activations(), List.of(), (byte) scale.zeroPoint()));
    add(node("QuantizeLinear", integers, exact(value), scaleName, zeroPoint).build());
    add(node("DequantizeLinear", rounded(value), integers, scaleName, zeroPoint).build());
  }

  /** Adds weights under a name and returns that of their rounded form. */
  String weights(String name, List<Long> dims, int axis, IntegerWeights weights) {
    byte[] zeroPoints = new byte[weights.scales().length];
    Arrays.fill(zeroPoints, (byte) format.weightZeroPoint());
    List<Long> outputs = List.of((long) zeroPoints.length);
    add(IntegerConstants.bytes(name + "@quantized", format.weights(), dims, weights.values()));
    add(IntegerConstants.bytes(name + "@zero_point", format.weights(), outputs, zeroPoints));
    return dequantize(name, weights.scales(), axis);
  }

  /** Adds a bias under a name and returns that of its rounded form. */
  String bias(String name, int[] values, float[] scales) {
    add(IntegerConstants.integers(name + "@quantized", values));
    add(IntegerConstants.integers(name + "@zero_point", new int[values.length]));
    return dequantize(name, scales, 0);
  }

  private String dequantize(String name, float[] scales, int axis) {
    add(IntegerConstants.floats(name + "@scale", scales));
    add(
        node("DequantizeLinear", name, name + "@quantized", name + "@scale", name + "@zero_point")
            .addAttribute(
                AttributeProto.newBuilder().setName("axis").setType(AttributeType.INT).setI(axis))
            .build());
    return name;
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName(output + "@" + operator)
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  GraphProto build() {
    return graph.build();
  }
}
