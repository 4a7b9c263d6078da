package org.qcnn.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Compares gradients with differences of outputs. The input is multiplied by a learnt constant of
 * its own shape first, whose gradient shows that of the operator's input.
 */
final class GradientCheck {
  private static final int IMAGES = 3;
  private static final float STEP = 1f / 512;

  private final Random random = new Random(7);

  /** Checks an operator on one input. */
  static void check(Operator operator, Shape input) {
    new GradientCheck()
        .run(graph(input, List.of(new Node("tested", operator, List.of("scaled"), "out")), "out"));
  }

  /** Returns a graph of nodes that read "scaled", the input with a learnt scale. */
  static Graph graph(Shape input, List<Node> nodes, String output) {
    List<Node> all = new ArrayList<>();
    all.add(new Node("scale", new Constant(random(input, 3)), List.of(), "scale"));
    all.add(
        new Node(
            "scaled",
            new Arithmetic(Arithmetic.Kind.MULTIPLY, Activation.NONE),
            List.of("image", "scale"),
            "scaled"));
    all.addAll(nodes);
    return new Graph("image", input, all, List.of(output), Map.of());
  }

  /** Returns numbers that lie apart from each other and from zero, in random order. */
  static Tensor random(Shape shape, long seed) {
    Random random = new Random(seed);
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (0.3f + random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
    }
    return Tensor.over(shape, values);
  }

  /** Checks all parameters of a graph. */
  void run(Graph graph) {
    try (Workers workers = new Workers(2);
        DifferentiableNetwork network =
            new DifferentiableNetwork(
                graph, graph.outputs().get(0), IMAGES, Learnt.ALL, KernelSet.best(), workers)) {
      network.input().put(random(Shape.of(network.input().capacity()), 5).toArray());
      float[] weights = new float[IMAGES * network.outputsPerImage()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) random.nextGaussian();
      }
      network.forward(IMAGES);
      network.clearGradients();
      network.backward(IMAGES, weights);
      network.collectGradients();
      assertTrue(network.parameters().size() > 0);
      for (Parameter parameter : network.parameters()) {
        compare(network, parameter, weights);
      }
    }
  }

  private void compare(DifferentiableNetwork network, Parameter parameter, float[] weights) {
    double largest = 0;
    for (float g : parameter.gradient()) {
      largest = Math.max(largest, Math.abs(g));
    }
    assertTrue(largest > 0, parameter.node() + " has no gradient");
    int compared = 0;
    double tolerance = 0.02 * largest + 1e-3;
    double here = loss(network, parameter, 0, parameter.values()[0], weights);
    for (int sample = 0; sample < 40; sample++) {
      int i = random.nextInt(parameter.values().length);
      float before = parameter.values()[i];
      double above = loss(network, parameter, i, before + STEP, weights);
      double below = loss(network, parameter, i, before - STEP, weights);
      loss(network, parameter, i, before, weights);
      double kink = Math.abs(above + below - 2 * here) / STEP;
      if (kink < tolerance) {
        double slope = (above - below) / (2 * STEP);
        String what = parameter.node() + " " + parameter.kind() + " " + i;
        assertEquals(slope, parameter.gradient()[i], tolerance, what);
        compared++;
      }
    }
    assertTrue(compared > 20, parameter.node() + " has too many kinks");
  }

  private static double loss(
      DifferentiableNetwork network, Parameter parameter, int i, float value, float[] weights) {
    parameter.values()[i] = value;
    network.parametersChanged();
    network.forward(IMAGES);
    var outputs = network.output();
    double sum = 0;
    for (int o = 0; o < weights.length; o++) {
      sum += (double) weights[o] * outputs.get(o);
    }
    return sum;
  }
}
