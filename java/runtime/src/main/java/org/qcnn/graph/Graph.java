package org.qcnn.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.tensor.Shape;

/**
 * An immutable network: one input, nodes in the order in which they run, named outputs. A quantized
 * network is the same graph as the dense one, only its {@link Weights} differ.
 */
public final class Graph {
  private final String input;
  private final Shape inputShape;
  private final List<Node> nodes;
  private final List<String> outputs;
  private final Map<String, String> metadata;
  private final Map<String, Shape> shapes;

  /**
   * Returns a graph, checked: every value is written before it is read, once, and every shape fits.
   *
   * @param input name of the value that holds the image
   * @param inputShape its shape for one image
   * @param metadata labels, preprocessing, provenance; see {@link Metadata}
   * @throws GraphException naming the first node that does not fit
   */
  public Graph(
      String input,
      Shape inputShape,
      List<Node> nodes,
      List<String> outputs,
      Map<String, String> metadata) {
    this.input = input;
    this.inputShape = inputShape;
    this.nodes = List.copyOf(nodes);
    this.outputs = List.copyOf(outputs);
    this.metadata = Map.copyOf(metadata);
    this.shapes = inferShapes();
    for (String output : outputs) {
      if (!shapes.containsKey(output)) {
        throw new GraphException("the output " + output + " is not written by any node");
      }
    }
    if (outputs.isEmpty()) {
      throw new GraphException("the network has no output");
    }
  }

  private Map<String, Shape> inferShapes() {
    Map<String, Shape> found = new LinkedHashMap<>();
    found.put(input, inputShape);
    for (Node node : nodes) {
      List<Shape> inputs = new ArrayList<>();
      for (String name : node.inputs()) {
        Shape shape = found.get(name);
        if (shape == null) {
          throw new GraphException(
              "node " + node + " reads " + name + ", which no node has written");
        }
        inputs.add(shape);
      }
      Shape output;
      try {
        output = node.operator().outputShape(inputs);
      } catch (IllegalArgumentException | ArithmeticException misfit) {
        throw new GraphException("node " + node + ": " + misfit.getMessage(), misfit);
      }
      if (found.put(node.output(), output) != null) {
        throw new GraphException("node " + node + " writes " + node.output() + " a second time");
      }
    }
    return Map.copyOf(found);
  }

  /** Returns the name of the input value. */
  public String input() {
    return input;
  }

  /** Returns the shape of one input image. */
  public Shape inputShape() {
    return inputShape;
  }

  /** Returns the nodes in running order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Returns the names of the outputs; the first is the one that classifies. */
  public List<String> outputs() {
    return outputs;
  }

  /** Returns labels, preprocessing and provenance by the keys of {@link Metadata}. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Returns the shape of a value for one image. */
  public Shape shape(String value) {
    Shape shape = shapes.get(value);
    if (shape == null) {
      throw new GraphException("the network has no value " + value);
    }
    return shape;
  }

  /** Returns the shapes of a node's inputs for one image. */
  public List<Shape> inputShapes(Node node) {
    List<Shape> inputs = new ArrayList<>();
    for (String name : node.inputs()) {
      inputs.add(shape(name));
    }
    return inputs;
  }

  /** Returns the same graph with other nodes. */
  public Graph withNodes(List<Node> otherNodes) {
    return new Graph(input, inputShape, otherNodes, outputs, metadata);
  }

  /** Returns the same graph with other metadata. */
  public Graph withMetadata(Map<String, String> otherMetadata) {
    return new Graph(input, inputShape, nodes, outputs, otherMetadata);
  }

  /** Returns the multiply-adds of the dense network for one image. */
  public long multiplyAdds() {
    long sum = 0;
    for (Node node : nodes) {
      sum += node.operator().multiplyAdds(inputShapes(node));
    }
    return sum;
  }
}
