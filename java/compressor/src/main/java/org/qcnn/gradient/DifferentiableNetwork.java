package org.qcnn.gradient;

import java.nio.FloatBuffer;
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

/**
 * A network whose parameters can be learnt: runs batches of images forward, and backward from the
 * gradient of one of its values. For one thread at a time; the work is shared among {@link Workers}
 * and results do not depend on their number. Keeps all values of a batch in native memory, and the
 * gradients of those behind the first parameter.
 */
public final class DifferentiableNetwork implements AutoCloseable {
  private final Graph graph;
  private final int capacity;
  private final Learnt learnt;
  private final KernelSet kernels;
  private final Lanes lanes;
  private final Set<String> learntConstants;
  private final Map<String, BatchValue> values = new HashMap<>();
  private final List<BatchValue> owned = new ArrayList<>();
  // In running order, by the values that they write in the graph.
  private final Map<String, Step> stepOfValue = new HashMap<>();
  private final Map<Parameter, BatchValue> outputOfParameter = new HashMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Step> backwardSteps = new ArrayList<>();
  private final BatchValue output;

  /**
   * Prepares a network.
   *
   * @param value the value of the graph that the loss is a function of, such as {@link Logits}
   * @param capacity the most images of a batch
   * @param kernels that compute operators without weights
   * @param workers stay the caller's
   */
  public DifferentiableNetwork(
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
      output = values.get(value);
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
    steps.add(activate);
    if (gradient) {
      backwardSteps.add(activate);
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
    steps.add(step);
    step.parameters().forEach(parameter -> outputOfParameter.put(parameter, value));
    stepOfValue.put(node.output(), step);
    values.put(node.output(), value);
    if (value.hasGradient()) {
      backwardSteps.add(step);
    }
  }

  /** Returns the most images of a batch. */
  public int capacity() {
    return capacity;
  }

  /** Returns where to put images before a run forward, {@code [capacity, shape of one image]}. */
  public FloatBuffer input() {
    return values.get(graph.input()).values().values();
  }

  /** Returns the numbers that the chosen value has for one image. */
  public int outputsPerImage() {
    return output.shape().count();
  }

  /** Computes everything for the first {@code images} images of the batch. */
  public void forward(int images) {
    steps.forEach(step -> step.forward(images));
  }

  /** Returns the chosen value, {@code [capacity, its shape]}, after a run forward. */
  public FloatBuffer output() {
    return output.values().values();
  }

  /**
   * Returns the root of the mean square of the output of a parameter's node, for the first images
   * of the last run forward: what changes of a bias are to be compared with.
   */
  public double outputMagnitude(Parameter parameter, int images) {
    BatchValue value = outputOfParameter.get(parameter);
    float[] numbers = new float[value.shape().count()];
    double sum = 0;
    for (int image = 0; image < images; image++) {
      value.readValues(image, numbers);
      for (float number : numbers) {
        sum += (double) number * number;
      }
    }
    return Math.sqrt(sum / images / numbers.length);
  }

  /**
   * Adds the gradients of the parameters, for the images of the last run forward.
   *
   * @param gradient of the loss with respect to the output, {@code [images, its shape]}
   */
  public void backward(int images, float[] gradient) {
    for (BatchValue value : owned) {
      if (value.hasGradient()) {
        value.gradient().clear();
      }
    }
    output.gradient().values().put(gradient, 0, images * outputsPerImage());
    for (int i = backwardSteps.size() - 1; i >= 0; i--) {
      backwardSteps.get(i).backward(images);
    }
  }

  /** Returns everything that is learnt, in running order. */
  public List<Parameter> parameters() {
    return steps.stream().flatMap(step -> step.parameters().stream()).toList();
  }

  /** Sets all gradients of parameters to zero. */
  public void clearGradients() {
    steps.forEach(Step::clearGradients);
  }

  /** Brings the gradients of the parameters up to date after runs backward. */
  public void collectGradients() {
    steps.forEach(Step::collectGradients);
  }

  /** Takes note that values of parameters were changed. */
  public void parametersChanged() {
    steps.forEach(Step::refresh);
  }

  /** Returns the graph with the parameters as they are now. */
  public Graph current() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Step step = stepOfValue.get(node.output());
      nodes.add(
          step == null || step.parameters().isEmpty() ? node : node.with(operator(node, step)));
    }
    return graph.withNodes(nodes);
  }

  private static Operator operator(Node node, Step step) {
    // The step may have been split from its activation.
    return step.current() instanceof WeightedOperator layer
        ? layer.with(((WeightedOperator) node.operator()).activation())
        : step.current();
  }

  @Override
  public void close() {
    steps.forEach(Step::close);
    owned.forEach(BatchValue::close);
    lanes.close();
  }
}
