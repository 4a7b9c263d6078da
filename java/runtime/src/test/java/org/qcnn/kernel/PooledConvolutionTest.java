package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** Convolutions that pool their output: the bits must be those of two steps. */
class PooledConvolutionTest {
  private static final Shape IMAGE = Shape.of(6, 20, 14);
  private static final int FILTERS = 130;

  private static Node convolution(Activation activation) {
    QuantizedWeights weights = new Samples(1).quantized(100, 3, 3f, 30f, FILTERS, 6, 3, 3);
    QuantizedWeights bytes = Samples.shifted(weights, 2, 0);
    Convolution layer =
        new Convolution(
            Window.square(3, 1, 1), 1, bytes, new Samples(2).floats(FILTERS), activation);
    return new Node("convolution", layer, List.of("image"), "response");
  }

  private static Node pooling(Pooling.Kind kind, Window window) {
    Pooling pooling = new Pooling(kind, window, false, false);
    return new Node("pool", pooling, List.of("response"), "pooled");
  }

  private static Graph graph(Node convolution, Node pooling, String... outputs) {
    return new Graph("image", IMAGE, List.of(convolution, pooling), List.of(outputs), Map.of());
  }

  private static float[] run(Model model, int steps) {
    return run(model, IMAGE, steps);
  }

  private static float[] run(Model model, Shape image, int steps) {
    FloatBuffer images = FloatBuffer.wrap(new Samples(3).floats(2 * image.count()));
    Graph graph = model.graph();
    FloatBuffer output = FloatBuffer.allocate(2 * graph.shape(graph.outputs().get(0)).count());
    try (Session session = model.newSession(2)) {
      assertEquals(steps, session.stepNames().size());
      session.run(images, output);
    }
    return output.array();
  }

  private static void check(KernelSet kernels, Graph graph, int steps) {
    check(kernels, graph, WayChoice.LOOKUP, steps);
  }

  private static void check(KernelSet kernels, Graph graph, WayChoice way, int steps) {
    try (Model together = Model.of(graph, kernels, way);
        Model apart = Model.ofSingleNodes(graph, kernels, way)) {
      assertArrayEquals(run(apart, 2), run(together, steps));
    }
  }

  private static List<String> instructionSets() {
    return NativeKernels.supportedInstructionSets();
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void squaresArePooledAtOnce(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    Node squares = pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0));
    for (Activation activation :
        List.of(Activation.NONE, Activation.RELU, new Activation(Activation.Kind.CLIP, -1, 2))) {
      check(kernels, graph(convolution(activation), squares, "pooled"), 1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"avx512", "amx"})
  void productsTakeOverlappingSquaresAlong(String instructionSet) {
    assumeTrue(instructionSets().contains(instructionSet), "without " + instructionSet);
    Node overlapping = pooling(Pooling.Kind.MAXIMUM, Window.square(3, 2, 1));
    Graph graph = graph(convolution(Activation.RELU), overlapping, "pooled");
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    check(kernels, graph, WayChoice.PRODUCTS, 1);
    check(kernels, graph, WayChoice.LOOKUP, 2);
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void theSecondOfTwoPoolingsRunsByItself(String instructionSet) {
    checkTwoPoolings(instructionSet, WayChoice.LOOKUP);
    if (List.of("avx512", "amx").contains(instructionSet)) {
      checkTwoPoolings(instructionSet, WayChoice.PRODUCTS);
    }
  }

  private static void checkTwoPoolings(String instructionSet, WayChoice way) {
    Shape image = Shape.of(6, 24, 16);
    Node first = pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0));
    for (Window window : List.of(Window.square(2, 2, 0), Window.square(3, 2, 1))) {
      Pooling second = new Pooling(Pooling.Kind.MAXIMUM, window, false, false);
      Node last = new Node("again", second, List.of("pooled"), "small");
      List<Node> nodes = List.of(convolution(Activation.RELU), first, last);
      Graph graph = new Graph("image", image, nodes, List.of("small"), Map.of());
      KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
      try (Model together = Model.of(graph, kernels, way);
          Model apart = Model.ofSingleNodes(graph, kernels, way)) {
        assertArrayEquals(run(apart, image, 3), run(together, image, 2));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void activationsThatMayFallAreAppliedBeforePooling(String instructionSet) {
    Activation falling = new Activation(Activation.Kind.LEAKY_RELU, -0.5f, 0);
    Node squares = pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0));
    Graph graph = graph(convolution(falling), squares, "pooled");
    check(NativeKernels.forInstructionSet(instructionSet), graph, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void otherPoolingsRunByThemselves(int which) {
    List<Node> others =
        List.of(
            pooling(Pooling.Kind.AVERAGE, Window.square(2, 2, 0)),
            pooling(Pooling.Kind.MAXIMUM, Window.square(3, 2, 0)),
            pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 1)));
    Graph graph = graph(convolution(Activation.RELU), others.get(which), "pooled");
    check(NativeKernels.load(), graph, 2);
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void whatSomebodyElseReadsIsWritten(String instructionSet) {
    Node squares = pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0));
    Graph graph = graph(convolution(Activation.RELU), squares, "pooled", "response");
    check(NativeKernels.forInstructionSet(instructionSet), graph, 2);
  }
}
