package org.qcnn.gradient;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;

/** Makes the steps of a network in training, and the values that they work on. */
final class NetworkSteps implements AutoCloseable {
  private final Graph graph;
  private final int capacity;
  private final Learnt learnt;
  private final KernelSet kernels;
  private final Lanes lanes;
  private final Set<String> learntConstants;
  private final Map<String, BatchValue> values = new HashMap<>();
  private final List<BatchValue> owned = new ArrayList<>();
  private final Map<String, Step> stepOfValue = new HashMap<>();
  private final Map<Parameter, BatchValue> outputOfParameter = new HashMap<>();
  private final List<Step> forward = new ArrayList<>();
  private final List<Step> backward = new ArrayList<>();

  /** Makes the steps that {@code value} depends on; parameters as of the network's constructor. */
  NetworkSteps(
      Graph graph, String value, int capacity, Learnt learnt, KernelSet kernels, Workers workers) {
    this.graph = graph;
    this.capacity = capacity;
    this.learnt = learnt;
    this.kernels = kernels;
    this.lanes = new Lanes(workers);
    List<Node> nodes = NeededNodes.of(graph, value);
    this.learntConstants = learntConstants(nodes);
    try {
      values.put(graph.input(), owned(BatchValue.perImage(graph.inputShape(), capacity, false)));
      nodes.forEach(this::add);
    } catch (RuntimeException | Error failure) {
      close();
      throw failure;
    }
  }

  private Set<String> learntConstants(List<Node> nodes) {
    Set<String> read =
        nodes.stream()
            .filter(node -> node.operator() instanceof Arithmetic)
            .flatMap(node -> node.inputs().stream())
            .collect(Collectors.toSet());
    return nodes.stream()
        .filter(
            node ->
                node.operator() instanceof Constant constant
                    && learnt.constants()
                    && constant.value().shape().count() > 1)
        .map(Node::output)
        .filter(read::contains)
        .collect(Collectors.toSet());
  }

  private BatchValue owned(BatchValue value) {
    owned.add(value);
    return value;
  }

  private void add(Node node) {
    List<BatchValue> inputs = node.inputs().stream().map(values::get).toList();
    Operator operator = node.operator();
    if (operator instanceof Reshaping reshaping) {
      values.put(node.output(), inputs.get(0).reshaped(reshaping.target()));
    } else if (operator instanceof Constant constant) {
      boolean isLearnt = learntConstants.contains(node.output());
      BatchValue value = owned(BatchValue.constant(constant.value().shape(), capacity, isLearnt));
      keep(node, value, new ConstantStep(node.name(), constant, value));
    } else if (operator instanceof WeightedOperator layer) {
      addFused(node, layer, layer.activation(), layer.with(Activation.NONE), inputs);
    } else if (operator instanceof Arithmetic arithmetic) {
      addFused(node, arithmetic, arithmetic.activation(), arithmetic.with(Activation.NONE), inputs);
    } else {
      BatchValue result = newValue(graph.shape(node.output()), hasGradient(inputs));
      keep(node, result, kernelStep(operator, inputs, result));
    }
  }

  /** Adds an operator with an activation, as two steps if its derivative needs the response. */
  private void addFused(
      Node node, Operator whole, Activation activation, Operator alone, List<BatchValue> inputs) {
    boolean gradient = hasGradient(inputs) || isLearnt(whole);
    Shape shape = graph.shape(node.output());
    BatchValue result = newValue(shape, gradient);
    if (Activations.isKnownFromOutput(activation)) {
      keep(node, result, step(node, whole, inputs, result));
      return;
    }
    BatchValue response = newValue(shape, gradient);
    keep(node, response, step(node, alone, inputs, response));
    Step activate = kernelStep(new Activate(activation), List.of(response), result);
    forward.add(activate);
    if (gradient) {
      backward.add(activate);
    }
    values.put(node.output(), result);
  }

  private boolean isLearnt(Operator operator) {
    return operator instanceof WeightedOperator layer
        && (learnt.biases()
            || learnt.denseWeights()
            || layer.weights() instanceof QuantizedWeights);
  }

  private static boolean hasGradient(List<BatchValue> inputs) {
    return inputs.stream().anyMatch(BatchValue::hasGradient);
  }

  private BatchValue newValue(Shape shape, boolean hasGradient) {
    return owned(BatchValue.perImage(shape, capacity, hasGradient));
  }

  private Step step(Node node, Operator operator, List<BatchValue> inputs, BatchValue result) {
    if (operator instanceof Convolution layer) {
      return new ConvolutionStep(node.name(), layer, learnt, inputs.get(0), result, lanes);
    }
    if (operator instanceof FullyConnected layer) {
      return new FullyConnectedStep(node.name(), layer, learnt, inputs.get(0), result, lanes);
    }
    return kernelStep(operator, inputs, result);
  }

  private Step kernelStep(Operator operator, List<BatchValue> inputs, BatchValue result) {
    return new KernelStep(operator, inputs, result, capacity, kernels, lanes);
  }

  private void keep(Node node, BatchValue value, Step step) {
    forward.add(step);
    step.parameters().forEach(parameter -> outputOfParameter.put(parameter, value));
    stepOfValue.put(node.output(), step);
    values.put(node.output(), value);
    if (value.hasGradient()) {
      backward.add(step);
    }
  }

  /** Returns a value of the graph. */
  BatchValue value(String name) {
    return values.get(name);
  }

  /** Returns all values that have memory of their own. */
  List<BatchValue> values() {
    return owned;
  }

  /** Returns the steps in running order. */
  List<Step> forward() {
    return forward;
  }

  /** Returns those, in running order, that anything is learnt in or before. */
  List<Step> backward() {
    return backward;
  }

  /** Returns the step that writes a value, null if none does. */
  Step stepOf(String value) {
    return stepOfValue.get(value);
  }

  /** Returns the output of the step that has a parameter. */
  BatchValue outputOf(Parameter parameter) {
    return outputOfParameter.get(parameter);
  }

  @Override
  public void close() {
    forward.forEach(Step::close);
    owned.forEach(BatchValue::close);
    lanes.close();
  }
}
