package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.NativeKernels;
import org.qcnn.kernel.Way;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** How quantized convolutions run: forced, measured, estimated; and that they do run so. */
class WayChoiceTest {
  private static final Shape IMAGE = Shape.of(4, 6, 6);
  private final KernelSet kernels = new JavaKernels();
  private final Random random = new Random(4);
  private final Convolution layer = layer();
  private final Graph graph = graph(Map.of());

  private Convolution layer() {
    float[] words = new float[2 * 8 * 2];
    for (int i = 0; i < words.length; i++) {
      words[i] = (float) random.nextGaussian();
    }
    byte[] codes = new byte[3 * 9 * 2];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(8);
    }
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(3, 4, 3, 3), Tensor.over(Shape.of(2, 8, 2), words), codes, 4f, 30f);
    return new Convolution(Window.square(3, 1, 1), 1, weights, new float[3], Activation.RELU);
  }

  private Graph graph(Map<String, String> metadata) {
    Node first = new Node("a layer", layer, List.of("image"), "response");
    return new Graph("image", IMAGE, List.of(first), List.of("response"), metadata);
  }

  private Graph tuned(String text) {
    return graph(Map.of(Metadata.TUNING, text));
  }

  private float[] run(Graph network, WayChoice choice) {
    float[] image = new float[IMAGE.count()];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 7 - 3;
    }
    float[] response = new float[3 * 36];
    try (Model model = Model.of(network, kernels, choice);
        Session session = model.newSession()) {
      session.run(FloatBuffer.wrap(image), FloatBuffer.wrap(response));
    }
    return response;
  }

  @Test
  void aDenseLayerComputesWithDecodedWeights() {
    Graph decoded = graph.withNodes(List.of(graph.nodes().get(0).with(layer.decoded())));
    float[] expected = run(decoded, WayChoice.LOOKUP);
    assertArrayEquals(expected, run(graph, WayChoice.DENSE));
    assertArrayEquals(
        expected, run(tuned("java\n4x6x6\ndense 2 3 1 a layer"), WayChoice.AUTOMATIC));
    assertFalse(java.util.Arrays.equals(expected, run(graph, WayChoice.LOOKUP)));
    assertArrayEquals(
        run(graph, WayChoice.LOOKUP),
        run(tuned("java\n4x6x6\ndense 2 3 1 a layer"), WayChoice.LOOKUP));
  }

  @Test
  void whatWasMeasuredElsewhereSaysNothing() {
    assertWay(Way.DENSE, "java\n4x6x6\ndense 2 3 1 a layer");
    assertWay(Way.DENSE, "java\r\n4x6x6\r\ndense 2 3 1 a layer\r\n");
    assertWay(Way.LOOKUP, "java\n4x6x6\nlookup 2 3 1 a layer");
    assertWay(Way.LOOKUP, "java\n4x6x6\ndense 2 3 1 another layer");
    assertWay(Way.LOOKUP, "native avx1024\n4x6x6\ndense 2 3 1 a layer");
    assertWay(Way.LOOKUP, "java\n4x7x7\ndense 2 3 1 a layer");
    // Measured when there were no products.
    assertWay(Way.LOOKUP, "java\n4x6x6\ndense 2 - 1 a layer");
    assertWay(Way.LOOKUP, "java\n4x6x6");
  }

  @ParameterizedTest
  @MethodSource("org.qcnn.kernel.NativeKernels#supportedInstructionSets")
  void aWayThatKernelsDoNotHaveIsNotTaken(String instructionSet) {
    KernelSet one = NativeKernels.forInstructionSet(instructionSet);
    String tuning = one.description() + "\n4x6x6\nproducts 2 .5 1 a layer";
    Map<String, Way> ways = WayChoice.AUTOMATIC.ways(tuned(tuning), one);
    assertEquals(one.multiplies(layer, IMAGE), ways.containsValue(Way.PRODUCTS));
  }

  private void assertWay(Way expected, String tuning) {
    Map<String, Way> ways = WayChoice.AUTOMATIC.ways(tuned(tuning), kernels);
    assertEquals(Map.of("a layer", expected), ways);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "java",
        "java\n4x6x6\nsparse 2 - 1 a layer",
        "java\n4x6x6\ndense 2 - a-layer",
        "java\n4x6x6\ndense NaN - 1 a layer",
        "java\n4x6x6\ndense 2 - -1 a layer",
        "java\n4x6x6\ndense two - one a layer",
        "java\n4x6x6\nproducts 2 - 1 a layer",
        "java\n4x6x6\ndense - 2 1 a layer",
        "java\n4x6x6\n\n" + "dense 2 - 1 a layer",
      })
  void aMalformedTuningIsRefused(String text) {
    GraphException refusal =
        assertThrows(GraphException.class, () -> Model.of(tuned(text), kernels));
    assertTrue(refusal.getMessage().contains(Metadata.TUNING), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("--tune"), refusal.getMessage());
  }

  @Test
  void tuningGoesThroughItsText() {
    Map<String, Tuning.Layer> layers = new LinkedHashMap<>();
    layers.put("a layer", new Tuning.Layer(Way.DENSE, Map.of(Way.LOOKUP, 1.25, Way.DENSE, 0.5)));
    layers.put("with\nlines", new Tuning.Layer(Way.DENSE, Map.of(Way.LOOKUP, 1.0, Way.DENSE, 0.5)));
    layers.put(
        "z",
        new Tuning.Layer(
            Way.LOOKUP, Map.of(Way.LOOKUP, 0.1, Way.PRODUCTS, 0.2, Way.DENSE, 12345.6789)));
    String text = new Tuning("native neon", IMAGE, layers).toText();
    Tuning read = Tuning.of(tuned(text));
    assertEquals(List.of("a layer", "z"), List.copyOf(read.layers().keySet()));
    assertEquals(12345.6789, read.layers().get("z").milliseconds().get(Way.DENSE));
    assertEquals(0.2, read.layers().get("z").milliseconds().get(Way.PRODUCTS));
    assertEquals(Way.DENSE, read.layers().get("a layer").way);
    assertEquals(text, read.toText());
  }

  @Test
  void nativeKernelsEstimate() {
    assertEquals(
        Map.of("a layer", NativeKernels.load().fastestWay(layer, IMAGE)),
        WayChoice.AUTOMATIC.ways(graph, NativeKernels.load()));
  }

  @Test
  void thePropertyForcesAWay() {
    System.setProperty(WayChoice.PROPERTY, "dense");
    try {
      try (Model model = Model.of(graph, kernels)) {
        assertEquals(Map.of("a layer", Way.DENSE), model.ways());
      }
      System.setProperty(WayChoice.PROPERTY, "sparse");
      KernelException refusal = assertThrows(KernelException.class, () -> Model.of(graph, kernels));
      assertTrue(refusal.getMessage().contains("sparse"), refusal.getMessage());
    } finally {
      System.clearProperty(WayChoice.PROPERTY);
    }
  }
}
