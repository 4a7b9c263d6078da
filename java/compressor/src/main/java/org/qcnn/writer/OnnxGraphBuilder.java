package org.qcnn.writer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.qcnn.onnx.QuantizedOperators;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.onnx.proto.NodeProto;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Collects the nodes and initializers of an ONNX graph and keeps their names apart. */
final class OnnxGraphBuilder {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<Initializer> initializers = new ArrayList<>();
  private final Set<String> valueNames = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();
  private final Set<String> quantizedOperators = new HashSet<>();

  /** Reserves a name that the graph already uses for a value. */
  void reserve(String name) {
    valueNames.add(name);
  }

  /** Returns {@code wanted}, or the first of wanted_2, wanted_3 and so on that no value has. */
  String freshName(String wanted) {
    return unique(wanted, valueNames);
  }

  private static String unique(String wanted, Set<String> taken) {
    String name = wanted;
    for (int number = 2; !taken.add(name); number++) {
      name = wanted + "_" + number;
    }
    return name;
  }

  /** Adds a standard node with one output. */
  void node(
      String name,
      String operator,
      List<String> inputs,
      String output,
      AttributeProto... attributes) {
    nodes.add(proto(name, operator, inputs, output, List.of(attributes)).build());
  }

  /** Adds a node of the domain org.qcnn. */
  void quantizedNode(
      String name,
      String operator,
      List<String> inputs,
      String output,
      List<AttributeProto> attributes) {
    nodes.add(
        proto(name, operator, inputs, output, attributes)
            .setDomain(QuantizedOperators.DOMAIN)
            .build());
    quantizedOperators.add(operator);
  }

  /** Starts a node; ONNX Runtime wants node names to differ, which a graph does not ask for. */
  private NodeProto.Builder proto(
      String name,
      String operator,
      List<String> inputs,
      String output,
      List<AttributeProto> attributes) {
    return NodeProto.newBuilder()
        .setName(unique(name, nodeNames))
        .setOpType(operator)
        .addAllInput(inputs)
        .addOutput(output)
        .addAllAttribute(attributes);
  }

  /** Adds a constant under a name like {@code wanted} and returns that name. */
  String floats(String wanted, Tensor tensor) {
    return add(Initializer.floats(freshName(wanted), tensor));
  }

  /** Adds a constant without axes and returns its name. */
  String scalar(String wanted, float value) {
    return floats(wanted, Tensor.over(Shape.of(), value));
  }

  /** Adds a constant under a name like {@code wanted} and returns that name. */
  String integers(String wanted, long... values) {
    return add(Initializer.integers(freshName(wanted), values));
  }

  /** Adds a constant under a name that the caller has reserved and returns that name. */
  String add(Initializer initializer) {
    initializers.add(initializer);
    return initializer.name();
  }

  List<NodeProto> nodes() {
    return nodes;
  }

  List<Initializer> initializers() {
    return initializers;
  }

  /** Returns which operators of the domain org.qcnn the nodes use. */
  Set<String> quantizedOperators() {
    return quantizedOperators;
  }
}
