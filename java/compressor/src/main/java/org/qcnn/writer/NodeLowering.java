package org.qcnn.writer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Transposition;
import org.qcnn.onnx.proto.AttributeProto;
import org.qcnn.tensor.Shape;

/**
 * Writes one node of a graph as ONNX nodes. The shapes of a graph describe one image; in ONNX the
 * batch is axis 0 of every value, so every axis number grows by one.
 */
final class NodeLowering implements Operator.Visitor<Void> {
  private final Graph graph;
  private final OnnxGraphBuilder onnx;
  private final ConstantValues constants;
  private final Node node;
  private final String name;

  private NodeLowering(Graph graph, OnnxGraphBuilder onnx, ConstantValues constants, Node node) {
    this.graph = graph;
    this.onnx = onnx;
    this.constants = constants;
    this.node = node;
    this.name = node.name().isEmpty() ? node.output() : node.name();
  }

  /** Writes all nodes of a graph. */
  static OnnxGraphBuilder lower(Graph graph) {
    OnnxGraphBuilder onnx = new OnnxGraphBuilder();
    onnx.reserve(graph.input());
    for (Node node : graph.nodes()) {
      onnx.reserve(node.output());
    }
    ConstantValues constants = new ConstantValues(graph, onnx);
    for (Node node : graph.nodes()) {
      node.operator().accept(new NodeLowering(graph, onnx, constants, node));
    }
    return onnx;
  }

  @Override
  public Void visit(Convolution operator) {
    String response = responseBefore(operator.activation());
    new LayerLowering(onnx, name, input(), response).lower(operator);
    return activate(operator.activation(), response);
  }

  @Override
  public Void visit(FullyConnected operator) {
    String response = responseBefore(operator.activation());
    new LayerLowering(onnx, name, input(), response).lower(operator);
    return activate(operator.activation(), response);
  }

  @Override
  public Void visit(Pooling operator) {
    Shape inputShape = graph.shape(node.inputs().get(0));
    new PoolingLowering(onnx, name, input(), node.output()).lower(operator, inputShape);
    return null;
  }

  @Override
  public Void visit(GlobalPooling operator) {
    return emit(operator.name(), List.of(input()));
  }

  @Override
  public Void visit(LocalResponseNormalization operator) {
    return emit(
        "LRN",
        List.of(input()),
        Attributes.integer("size", operator.size()),
        Attributes.real("alpha", operator.alpha()),
        Attributes.real("beta", operator.beta()),
        Attributes.real("bias", operator.k()));
  }

  @Override
  public Void visit(Arithmetic operator) {
    String response = responseBefore(operator.activation());
    Shape output = graph.shape(node.output());
    String second = operand(1, output.rank());
    if (operator.kind() == Arithmetic.Kind.PARAMETRIC_RELU) {
      parametricRelu(second, output, response);
    } else {
      // At least one side has to bring the batch axis.
      boolean bothConstant = node.inputs().stream().allMatch(constants::contains);
      String first = bothConstant ? batchedOperand(0, output.rank()) : operand(0, output.rank());
      onnx.node(name, operator.kind().onnxName, List.of(first, second), response);
    }
    return activate(operator.activation(), response);
  }

  /** Writes PRelu, whose slope ONNX broadcasts to the input, but never the input to the slope. */
  private void parametricRelu(String slope, Shape output, String response) {
    String x = batchedOperand(0, output.rank());
    if (graph.shape(node.inputs().get(0)).count() == output.count()) {
      onnx.node(name, "PRelu", List.of(x, slope), response);
      return;
    }
    String zero = onnx.scalar(name + ".zero", 0);
    String positive = onnx.freshName(name + ".positive");
    onnx.node(positive, "GreaterOrEqual", List.of(x, zero), positive);
    String scaled = onnx.freshName(name + ".scaled");
    onnx.node(scaled, "Mul", List.of(x, slope), scaled);
    onnx.node(name, "Where", List.of(positive, x, scaled), response);
  }

  /** Returns an input of arithmetic, aligned with an output of {@code rank} axes per image. */
  private String operand(int index, int rank) {
    String value = node.inputs().get(index);
    return constants.contains(value) ? constants.initializer(value) : batchedOperand(index, rank);
  }

  /** As {@link #operand}, always with the batch axis first and the other axes aligned last. */
  private String batchedOperand(int index, int rank) {
    String value = node.inputs().get(index);
    String batched = constants.withBatchAxis(value);
    int[] extents = graph.shape(value).extents();
    if (extents.length == rank) {
      return batched;
    }
    int[] aligned = new int[rank];
    Arrays.fill(aligned, 1);
    System.arraycopy(extents, 0, aligned, rank - extents.length, extents.length);
    String output = onnx.freshName(value + ".aligned");
    reshape(output, batched, aligned, output);
    return output;
  }

  @Override
  public Void visit(Activate operator) {
    ActivationLowering.lower(operator.activation(), name, input(), node.output(), onnx);
    return null;
  }

  @Override
  public Void visit(Concatenation operator) {
    List<String> inputs = new ArrayList<>();
    for (String value : node.inputs()) {
      inputs.add(constants.withBatchAxis(value));
    }
    return emit("Concat", inputs, Attributes.integer("axis", operator.axis() + 1));
  }

  @Override
  public Void visit(Padding operator) {
    LongStream before = withFirst(0, operator.before());
    LongStream after = withFirst(0, operator.after());
    String amounts = onnx.integers(name + ".pads", LongStream.concat(before, after).toArray());
    return emit("Pad", List.of(input(), amounts, onnx.scalar(name + ".value", operator.value())));
  }

  @Override
  public Void visit(Slicing operator) {
    int[] starts = operator.starts();
    int[] steps = operator.steps();
    int[] counts = operator.counts();
    int rank = starts.length;
    long[] first = new long[rank];
    long[] end = new long[rank];
    long[] step = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      first[axis] = starts[axis];
      end[axis] = starts[axis] + (counts[axis] - 1L) * steps[axis] + 1;
      step[axis] = steps[axis];
    }
    return emit(
        "Slice",
        List.of(
            input(),
            onnx.integers(name + ".starts", first),
            onnx.integers(name + ".ends", end),
            onnx.integers(name + ".axes", LongStream.rangeClosed(1, rank).toArray()),
            onnx.integers(name + ".steps", step)));
  }

  @Override
  public Void visit(Reshaping operator) {
    reshape(name, input(), operator.target().extents(), node.output());
    return null;
  }

  @Override
  public Void visit(Transposition operator) {
    int[] permutation = operator.permutation();
    Arrays.setAll(permutation, axis -> operator.permutation()[axis] + 1);
    return emit(
        "Transpose",
        List.of(input()),
        Attributes.integers("perm", withFirst(0, permutation).toArray()));
  }

  @Override
  public Void visit(Softmax operator) {
    int first = operator.firstAxis();
    AttributeProto axis = Attributes.integer("axis", first + 1);
    if (first == operator.lastAxis()) {
      return emit("Softmax", List.of(input()), axis);
    }
    // ONNX knows a single axis: join the run of axes into one for a moment.
    Shape shape = graph.shape(node.output());
    int[] joined = new int[first + 1 + shape.rank() - operator.lastAxis() - 1];
    for (int i = 0; i < joined.length; i++) {
      joined[i] = shape.extent(i < first ? i : i - first + operator.lastAxis());
    }
    joined[first] = shape.count(first, operator.lastAxis() + 1);
    String flat = onnx.freshName(name + ".flat");
    reshape(flat, input(), joined, flat);
    String softmax = onnx.freshName(name + ".softmax");
    onnx.node(name, "Softmax", List.of(flat), softmax, axis);
    reshape(name + ".unflatten", softmax, shape.extents(), node.output());
    return null;
  }

  @Override
  public Void visit(Constant operator) {
    constants.add(node, operator.value());
    return null;
  }

  private void reshape(String nodeName, String input, int[] extents, String output) {
    // 0 keeps the extent of the input, here that of the batch.
    String target = onnx.integers(nodeName + ".shape", withFirst(0, extents).toArray());
    onnx.node(nodeName, "Reshape", List.of(input, target), output);
  }

  private static LongStream withFirst(long first, int[] others) {
    return LongStream.concat(LongStream.of(first), Arrays.stream(others).asLongStream());
  }

  /** Returns the first input with a batch axis. */
  private String input() {
    return constants.withBatchAxis(node.inputs().get(0));
  }

  /** Returns what the value before the activation is called: the output if there is none. */
  private String responseBefore(Activation activation) {
    return activation.isNone() ? node.output() : onnx.freshName(name + ".response");
  }

  private Void activate(Activation activation, String response) {
    if (!activation.isNone()) {
      ActivationLowering.lower(activation, name + ".activation", response, node.output(), onnx);
    }
    return null;
  }

  /** Writes the node as a single one. */
  private Void emit(String operator, List<String> inputs, AttributeProto... attributes) {
    onnx.node(name, operator, inputs, node.output(), attributes);
    return null;
  }
}
