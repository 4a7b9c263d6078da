package org.qcnn.graph;

import java.util.List;

/** One step of a graph: an operator, the values it reads and the one value it writes. */
public final class Node {
  private final String name;
  private final Operator operator;
  private final List<String> inputs;
  private final String output;

  /**
   * Returns a node.
   *
   * @param name what errors and reports call the node
   * @param inputs names of the values read, in the operator's order
   * @param output name of the value written, unique in its graph
   */
  public Node(String name, Operator operator, List<String> inputs, String output) {
    this.name = name;
    this.operator = operator;
    this.inputs = List.copyOf(inputs);
    this.output = output;
  }

  public String name() {
    return name;
  }

  public Operator operator() {
    return operator;
  }

  public List<String> inputs() {
    return inputs;
  }

  public String output() {
    return output;
  }

  /** Returns this node with another operator. */
  public Node with(Operator other) {
    return new Node(name, other, inputs, output);
  }

  @Override
  public String toString() {
    return name + " (" + operator.name() + ")";
  }
}
