package org.qcnn.gradient;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.kernel.KernelSet;

/**
 * A network whose parameters can be learnt: runs batches of images forward, and backward from the
 * gradient of one of its values. For one thread at a time; the work is shared among {@link Workers}
 * and results do not depend on their number. Keeps all values of a batch in native memory, and the
 * gradients of those behind the first parameter.
 */
public final class DifferentiableNetwork implements AutoCloseable {
  private final Graph graph;
  private final int capacity;
  private final NetworkSteps steps;
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
    this.steps = new NetworkSteps(graph, value, capacity, learnt, kernels, workers);
    this.output = steps.value(value);
  }

  /** Returns the most images of a batch. */
  public int capacity() {
    return capacity;
  }

  /** Returns where to put images before a run forward, {@code [capacity, shape of one image]}. */
  public FloatBuffer input() {
    return steps.value(graph.input()).values().values();
  }

  /** Returns the numbers that the chosen value has for one image. */
  public int outputsPerImage() {
    return output.shape().count();
  }

  /** Computes everything for the first {@code images} images of the batch. */
  public void forward(int images) {
    steps.forward().forEach(step -> step.forward(images));
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
    BatchValue value = steps.outputOf(parameter);
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
    for (BatchValue value : steps.values()) {
      if (value.hasGradient()) {
        value.gradient().clear();
      }
    }
    output.gradient().values().put(gradient, 0, images * outputsPerImage());
    List<Step> backward = steps.backward();
    for (int i = backward.size() - 1; i >= 0; i--) {
      backward.get(i).backward(images);
    }
  }

  /** Returns everything that is learnt, in running order. */
  public List<Parameter> parameters() {
    return steps.forward().stream().flatMap(step -> step.parameters().stream()).toList();
  }

  /** Sets all gradients of parameters to zero. */
  public void clearGradients() {
    steps.forward().forEach(Step::clearGradients);
  }

  /** Brings the gradients of the parameters up to date after runs backward. */
  public void collectGradients() {
    steps.forward().forEach(Step::collectGradients);
  }

  /** Takes note that values of parameters were changed. */
  public void parametersChanged() {
    steps.forward().forEach(Step::refresh);
  }

  /** Returns the graph with the parameters as they are now. */
  public Graph current() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Step step = steps.stepOf(node.output());
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
    steps.close();
  }
}
