package org.qcnn.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * The graph while a model is being lowered to it. A value of the model is either an image value,
 * which depends on the input and keeps the batch as its first ONNX axis (its {@link Shape} here is
 * without it), or a constant, known already.
 */
final class GraphBuilder {
  /** Networks for images need 5 or 6; a thousand axes would only make reading slow. */
  private static final int MOST_AXES = 16;

  private final Map<String, Shape> images = new HashMap<>();
  private final Map<String, ConstantTensor> constants = new HashMap<>();
  private final Map<String, Tensor> transposed = new HashMap<>();
  private final Map<String, String> operands = new HashMap<>();
  private final Map<String, String> explanations = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final UniqueNames valueNames;
  private final UniqueNames nodeNames = new UniqueNames(Set.of());
  private final long batch;
  private long elementsLeft;

  /**
   * Returns an empty graph.
   *
   * @param valueNames all value names of the model, which new values have to avoid
   * @param batch the number of images that the model is fixed to, or a negative number
   * @param elementBudget how many elements may be computed while reading: a bound on the memory
   *     that a small but hostile file can ask for
   */
  GraphBuilder(Set<String> valueNames, long batch, long elementBudget) {
    this.valueNames = new UniqueNames(valueNames);
    this.batch = batch;
    this.elementsLeft = elementBudget;
  }

  /** Returns the number of images that the model is fixed to, or a negative number. */
  long batch() {
    return batch;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** Counts elements that are about to be computed against the budget. */
  void reserve(long elements) {
    elementsLeft -= elements;
    if (elements < 0 || elementsLeft < 0) {
      throw new IllegalArgumentException(
          "its constants grow far beyond the size of the model file; is the file damaged?");
    }
  }

  void defineImage(String name, Shape shape) {
    check(name, shape.rank());
    images.put(name, shape);
  }

  void defineConstant(String name, ConstantTensor value) {
    check(name, value.rank());
    constants.put(name, value);
  }

  private void check(String name, int rank) {
    if (isDefined(name)) {
      throw new IllegalArgumentException("the value " + name + " is defined a second time");
    }
    if (rank > MOST_AXES) {
      throw new IllegalArgumentException(name + " has " + rank + " axes, more than " + MOST_AXES);
    }
  }

  boolean isDefined(String name) {
    return isConstant(name) || images.containsKey(name);
  }

  boolean isConstant(String name) {
    return constants.containsKey(name);
  }

  /** Keeps an explanation for whoever reads a value that is not defined. */
  void explain(String name, String reason) {
    explanations.put(name, reason);
  }

  private IllegalArgumentException missing(String name) {
    String reason = explanations.get(name);
    return new IllegalArgumentException(
        name + " is read, but it is " + (reason == null ? "not in the model" : reason));
  }

  /** Returns the shape of an image value, without the batch axis. */
  Shape shape(String name) {
    Shape shape = images.get(name);
    if (shape != null) {
      return shape;
    }
    throw isConstant(name)
        ? new IllegalArgumentException(name + " must depend on the image, but is constant")
        : missing(name);
  }

  /** Returns the value of a constant. */
  ConstantTensor constant(String name) {
    ConstantTensor constant = constants.get(name);
    if (constant != null) {
      return constant;
    }
    throw images.containsKey(name)
        ? new IllegalArgumentException("its input " + name + " must be constant")
        : missing(name);
  }

  /** Returns the transpose of a constant matrix; each is computed once. */
  Tensor transposed(String name) {
    Tensor known = transposed.get(name);
    if (known == null) {
      ConstantTensor matrix = constant(name);
      reserve(matrix.count());
      int rows = matrix.extent(0);
      int columns = matrix.extent(1);
      int[] extents = {columns, rows};
      int[] sources = Strides.sources(extents, new int[] {1, columns}, 0);
      known = matrix.select(extents, sources).tensor(name);
      transposed.put(name, known);
    }
    return known;
  }

  /**
   * Returns the integers that an attribute or, in newer models, a constant input holds, or null.
   */
  long[] integers(OnnxNode node, String attribute, int input) {
    if (node.hasAttribute(attribute)) {
      return node.integers(attribute);
    }
    if (!node.hasInput(input)) {
      return null;
    }
    ConstantTensor values = constant(node.input(input));
    reserve(values.count());
    return values.integers(attribute);
  }

  /** Returns a constant as an image value of the given shape, which leaves out its batch axis. */
  String operand(String name, Shape shape) {
    return operands.computeIfAbsent(
        name + " " + shape,
        key -> {
          Tensor value = constant(name).tensor(name).reshaped(shape);
          String output = fresh(name);
          nodes.add(new Node(nodeNames.next(name), new Constant(value), List.of(), output));
          images.put(output, shape);
          return output;
        });
  }

  /** Adds a constant that the model does not have itself and returns the name of its value. */
  String add(OnnxNode node, String suffix, Tensor value) {
    String output = fresh(node.output(0) + suffix);
    add(node, new Constant(value), List.of(), output);
    return output;
  }

  /** Adds an operator that computes one output of the node. */
  void add(OnnxNode node, Operator operator, List<String> inputs, String output) {
    List<Shape> shapes = new ArrayList<>();
    for (String input : inputs) {
      shapes.add(shape(input));
    }
    defineImage(output, operator.outputShape(shapes));
    nodes.add(new Node(nodeNames.next(node.name()), operator, inputs, output));
  }

  /** Adds an operator from the node's first input to its first output. */
  void add(OnnxNode node, Operator operator) {
    add(node, operator, List.of(node.input(0)), node.output(0));
  }

  /** Returns a name for a value that no other value of the model has. */
  String fresh(String base) {
    return valueNames.next(base);
  }
}
