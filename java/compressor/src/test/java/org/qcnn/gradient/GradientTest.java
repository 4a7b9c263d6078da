package org.qcnn.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Transposition;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Every operator's gradient against differences of its outputs. */
class GradientTest {
  private static final Shape MAP = Shape.of(4, 7, 6);

  private static Convolution convolution(
      Window window, int groups, int outputs, Activation activation) {
    Shape shape = Shape.of(outputs, 4 / groups, window.kernelHeight, window.kernelWidth);
    return new Convolution(
        window,
        groups,
        new DenseWeights(GradientCheck.random(shape, 11)),
        GradientCheck.random(Shape.of(outputs), 12).toArray(),
        activation);
  }

  private static Window uneven() {
    return new Window(new int[] {3, 2}, new int[] {2, 1}, new int[] {1, 0, 2, 1}, new int[] {1, 2});
  }

  static Stream<Operator> operators() {
    return Stream.of(
        convolution(Window.square(3, 1, 1), 1, 5, Activation.NONE),
        convolution(Window.square(1, 1, 0), 2, 6, Activation.NONE),
        convolution(uneven(), 1, 3, Activation.NONE),
        convolution(uneven(), 2, 6, Activation.RELU),
        convolution(Window.square(3, 2, 1), 4, 8, Activation.NONE),
        new Pooling(Pooling.Kind.MAXIMUM, Window.square(3, 2, 1), true, false),
        new Pooling(Pooling.Kind.AVERAGE, Window.square(3, 2, 1), true, false),
        new Pooling(Pooling.Kind.AVERAGE, Window.square(3, 2, 1), true, true),
        new Pooling(Pooling.Kind.AVERAGE, uneven(), false, true),
        new GlobalPooling(Pooling.Kind.MAXIMUM),
        new GlobalPooling(Pooling.Kind.AVERAGE),
        new LocalResponseNormalization(3, 0.5f, 0.75f, 1f),
        new LocalResponseNormalization(4, 0.5f, 0.75f, 2f),
        new Softmax(0, 0),
        new Softmax(1, 2),
        new Reshaping(Shape.of(28, 6)),
        new Transposition(2, 0, 1),
        new Padding(new int[] {1, 0, 2}, new int[] {0, 1, 1}, 0.5f),
        new Slicing(new int[] {1, 0, 1}, new int[] {2, 3, 1}, new int[] {2, 3, 4}),
        new Concatenation(1));
  }

  @ParameterizedTest
  @MethodSource("operators")
  void operatorOnMap(Operator operator) {
    GradientCheck.check(operator, MAP);
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void activationAloneAndFused(Activation.Kind kind) {
    Activation activation =
        switch (kind) {
          case CLIP -> new Activation(kind, -0.7f, 0.8f);
          case LEAKY_RELU -> new Activation(kind, -0.2f, 0);
          case HARD_SIGMOID -> new Activation(kind, 0.7f, 0.5f);
          default -> new Activation(kind, 0, 0);
        };
    GradientCheck.check(new Activate(activation), MAP);
    GradientCheck.check(
        new FullyConnected(
            new DenseWeights(GradientCheck.random(Shape.of(5, 9), 1)),
            GradientCheck.random(Shape.of(5), 2).toArray(),
            activation),
        Shape.of(9));
  }

  @ParameterizedTest
  @EnumSource(Arithmetic.Kind.class)
  void arithmeticWithBroadcasting(Arithmetic.Kind kind) {
    for (Shape other :
        List.of(MAP, Shape.of(4, 1, 1), Shape.of(6), Shape.of(1, 7, 1), Shape.of(2))) {
      // The last one is read through a slice of the map itself.
      Operator operator = new Arithmetic(kind, Activation.RELU);
      List<Node> nodes =
          other.count() == 2
              ? List.of(new Node("tested", operator, List.of("scaled", "scaled"), "out"))
              : List.of(
                  new Node(
                      "other", new Constant(GradientCheck.random(other, 9)), List.of(), "other"),
                  new Node("tested", operator, List.of("scaled", "other"), "out"));
      if (other.count() > 2 || kind == Arithmetic.Kind.MULTIPLY || kind == Arithmetic.Kind.ADD) {
        new GradientCheck().run(GradientCheck.graph(MAP, nodes, "out"));
      }
    }
  }

  @Test
  void valuesReadTwice() {
    new GradientCheck()
        .run(
            GradientCheck.graph(
                MAP,
                List.of(
                    new Node("flat", new Reshaping(Shape.of(168)), List.of("scaled"), "flat"),
                    new Node("again", new Reshaping(MAP), List.of("flat"), "again"),
                    new Node("joined", new Concatenation(0), List.of("scaled", "again"), "joined"),
                    new Node(
                        "tested",
                        new Arithmetic(Arithmetic.Kind.MULTIPLY, Activation.NONE),
                        List.of("scaled", "again"),
                        "squared"),
                    new Node(
                        "both",
                        new Concatenation(0),
                        List.of("joined", "squared", "scaled"),
                        "out")),
                "out"));
  }

  private static QuantizedWeights quantized(Shape shape, int size, int words) {
    int subspaces = (shape.extent(1) + size - 1) / size;
    Shape books = Shape.of(subspaces, words, size);
    byte[] codes = new byte[shape.extent(0) * shape.count(2, shape.rank()) * subspaces];
    Random random = new Random(4);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(words);
    }
    return new QuantizedWeights(shape, GradientCheck.random(books, 8), codes, 1f, 1f);
  }

  private static Operator quantizedConvolution() {
    return new Convolution(
        Window.square(3, 1, 1),
        1,
        quantized(Shape.of(6, 4, 3, 3), 3, 5),
        new float[6],
        Activation.NONE);
  }

  @Test
  void codebooks() {
    GradientCheck.check(quantizedConvolution(), MAP);
    GradientCheck.check(
        new Convolution(
            Window.square(3, 2, 1),
            2,
            quantized(Shape.of(6, 2, 3, 3), 2, 4),
            new float[6],
            Activation.RELU),
        MAP);
    GradientCheck.check(
        new FullyConnected(quantized(Shape.of(7, 9), 4, 3), new float[7], Activation.NONE),
        Shape.of(9));
  }

  private static QuantizedWeights ofBytes(Shape shape, int size, int words, boolean isShared) {
    QuantizedWeights floats = quantized(shape, size, words);
    int part = words * size;
    float[] numbers = floats.codebooks().toArray();
    float[] factors = new float[floats.subspaces()];
    for (int m = 0; m < factors.length; m++) {
      factors[m] = 0.5f + m;
    }
    return floats.withCodebooks(
        Tensor.overBytes(
            floats.codebooks().shape(),
            isShared
                ? ScaledBytes.nearestShared(Arrays.copyOf(numbers, part), factors)
                : ScaledBytes.nearest(numbers, part)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codebooksOfBytesHaveTheGradientOfTheirWeights(boolean isShared) {
    QuantizedWeights weights = ofBytes(Shape.of(7, 9), 4, 3, isShared);
    try (Workers workers = new Workers(2)) {
      QuantizedLayerWeights learnt = new QuantizedLayerWeights("fc", weights);
      Parameter parameter = learnt.parameter().orElseThrow();
      assertEquals(isShared ? 3 * 4 : 3 * 3 * 4, parameter.values().length);
      float[] slopes = GradientCheck.random(weights.shape(), 9).toArray();
      System.arraycopy(slopes, 0, learnt.gradient(), 0, slopes.length);
      learnt.collectGradient(workers);
      float[] gradient = parameter.gradient().clone();
      for (int i = 0; i < gradient.length; i++) {
        // Weights depend linearly on the numbers of codebooks, so any step will do.
        double before = product(learnt, slopes);
        parameter.values()[i] += 1;
        learnt.refresh(workers);
        assertEquals(product(learnt, slopes) - before, gradient[i], 1e-3);
        parameter.values()[i] -= 1;
        learnt.refresh(workers);
      }
      QuantizedWeights current = (QuantizedWeights) learnt.current();
      assertArrayEquals(weights.decode().toArray(), current.decode().toArray(), 1e-6f);
      assertEquals(isShared, current.codebooks().bytes().isShared());
      learnt.close();
    }
  }

  private static double product(QuantizedLayerWeights weights, float[] slopes) {
    double sum = 0;
    for (int i = 0; i < slopes.length; i++) {
      sum += (double) weights.matrix().values().get(i) * slopes[i];
    }
    return sum;
  }

  @Test
  void gradientOfSubCodewordIsSumOverItsBlocks() {
    // All outputs share one sub-codeword, so its gradient is that of a constant of all weights.
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(3, 2), Tensor.over(Shape.of(1, 2, 2), 1, 2, 3, 4), new byte[] {1, 0, 1}, 1, 1);
    Graph graph =
        new Graph(
            "image",
            Shape.of(2),
            List.of(
                new Node(
                    "fc",
                    new FullyConnected(weights, new float[3], Activation.NONE),
                    List.of("image"),
                    "out")),
            List.of("out"),
            Map.of());
    try (Workers workers = new Workers(1);
        DifferentiableNetwork network =
            new DifferentiableNetwork(
                graph, "out", 1, new Learnt(false, false, false), KernelSet.best(), workers)) {
      network.input().put(new float[] {10, 100});
      network.forward(1);
      network.backward(1, new float[] {1, 2, 4});
      network.collectGradients();
      assertEquals(1, network.parameters().size());
      assertArrayEquals(new float[] {20, 200, 50, 500}, network.parameters().get(0).gradient());
    }
  }

  @Test
  void gradientsDoNotDependOnThreads() {
    Graph graph =
        GradientCheck.graph(
            MAP, List.of(new Node("c", quantizedConvolution(), List.of("scaled"), "out")), "out");
    assertArrayEquals(gradients(graph, 1), gradients(graph, 2));
  }

  private static float[][] gradients(Graph graph, int threads) {
    int images = 21;
    try (Workers workers = new Workers(threads);
        DifferentiableNetwork network =
            new DifferentiableNetwork(
                graph, "out", images, Learnt.ALL, KernelSet.best(), workers)) {
      network.input().put(GradientCheck.random(Shape.of(images, 4, 7, 6), 5).toArray());
      network.forward(images);
      float[] outputs = new float[images * network.outputsPerImage()];
      network.output().get(outputs);
      network.backward(images, outputs);
      network.collectGradients();
      return network.parameters().stream().map(Parameter::gradient).toArray(float[][]::new);
    }
  }
}
