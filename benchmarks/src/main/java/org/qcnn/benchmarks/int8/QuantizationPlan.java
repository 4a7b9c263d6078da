package org.qcnn.benchmarks.int8;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.qcnn.onnx.proto.GraphProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.onnx.proto.TensorProto;
import org.qcnn.onnx.proto.ValueInfoProto;

/**
 * Which nodes of a network compute on integers, and which of its values are quantized for them. The
 * value between a layer and its Relu is not: ONNX Runtime makes both one integer operator.
 */
final class QuantizationPlan {
  private final Set<String> constants;
  private final Set<String> graphOutputs;
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Set<String> integerNodes = new HashSet<>();
  private final Set<String> values = new LinkedHashSet<>();

  /** Plans for a graph whose nodes are in running order. */
  QuantizationPlan(GraphProto graph) {
    constants =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    graphOutputs =
        graph.getOutputList().stream().map(ValueInfoProto::getName).collect(Collectors.toSet());
    for (NodeProto node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        readers.merge(input, List.of(node), QuantizationPlan::joined);
      }
    }
    graph.getNodeList().forEach(this::plan);
  }

  private static List<NodeProto> joined(List<NodeProto> some, List<NodeProto> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  private void plan(NodeProto node) {
    if (computesOnIntegers(node)) {
      integerNodes.add(node.getOutput(0));
      values.addAll(node.getInputList().subList(0, Layer.activations(node)));
      if (!Layer.mayWriteFloats(node)) {
        values.add(result(node));
      }
    }
  }

  private boolean computesOnIntegers(NodeProto node) {
    return switch (node.getOpType()) {
      case "Conv", "Gemm", "MatMul" -> constants.containsAll(weightsAndBias(node));
      case "Add", "Concat" -> Collections.disjoint(constants, node.getInputList());
      // Not worth a change to integers of its own: floats are pooled as fast.
      case "MaxPool", "AveragePool", "GlobalAveragePool", "Reshape", "Flatten" ->
          values.contains(node.getInput(0));
      default -> false;
    };
  }

  private static List<String> weightsAndBias(NodeProto node) {
    return node.getInputList().subList(1, node.getInputCount());
  }

  /** Returns what a node writes, or its Relu if that alone reads it. */
  private String result(NodeProto node) {
    String output = node.getOutput(0);
    List<NodeProto> next = readers.getOrDefault(output, List.of());
    boolean bounded =
        next.size() == 1 && Layer.bounds(next.get(0)) && !graphOutputs.contains(output);
    return bounded ? next.get(0).getOutput(0) : output;
  }

  /** Returns whether the node computes on integers. */
  boolean isInteger(NodeProto node) {
    return integerNodes.contains(node.getOutput(0));
  }

  /** Returns the names of the values that are quantized. */
  Set<String> values() {
    return Collections.unmodifiableSet(values);
  }
}
