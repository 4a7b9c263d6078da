package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.Tuning;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.Node;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** Convolutions that hand outputs over as quantized inputs: the bits must be those of all alone. */
class HandedOverConvolutionTest {
  private static final Shape IMAGE = Shape.of(8, 36, 70);

  /** What a chain of layers has for tables and operands. */
  private enum Bits {
    WORDS,
    WORDS_OF_BYTES,
    BYTES;

    QuantizedWeights of(QuantizedWeights weights, Samples samples) {
      float[] bounds = samples.bounds(this == WORDS ? 0 : weights.subspaces());
      byte[] shifts = new byte[this == BYTES ? weights.subspaces() : 0];
      for (int m = 0; m < shifts.length; m++) {
        shifts[m] = (byte) (m % 3);
      }
      return weights.with(weights.responseRange(), shifts, bounds);
    }
  }

  private static Node convolution(
      String name, String input, int channels, int filters, Bits bits, Activation activation) {
    Samples samples = new Samples(name.hashCode());
    QuantizedWeights weights =
        bits.of(samples.quantized(100, 8, 3f, 30f, filters, channels, 3, 3), samples);
    float[] bias = new Samples(name.length()).floats(filters);
    Convolution layer = new Convolution(Window.square(3, 1, 1), 1, weights, bias, activation);
    return new Node(name, layer, List.of(input), name);
  }

  private static Node pooling(String input) {
    Pooling pooling = new Pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0), false, false);
    return new Node("pool", pooling, List.of(input), "pool");
  }

  /** A layer, one whose output is pooled, and two more. */
  private static List<Node> chain(Bits bits, Activation activation) {
    return List.of(
        convolution("a", "image", 8, 132, bits, activation),
        convolution("b", "a", 132, 64, bits, activation),
        pooling("b"),
        convolution("c", "pool", 64, 100, bits, activation),
        convolution("d", "c", 100, 64, bits, activation));
  }

  private static Graph graph(List<Node> nodes, String... outputs) {
    return new Graph("image", IMAGE, nodes, List.of(outputs), Map.of());
  }

  private static float[] run(Model model, List<Long> memory) {
    FloatBuffer images = FloatBuffer.wrap(new Samples(3).floats(2 * IMAGE.count()));
    Graph graph = model.graph();
    FloatBuffer output = FloatBuffer.allocate(2 * graph.shape(graph.outputs().get(0)).count());
    try (Session session = model.newSession(2)) {
      // Twice: nothing may be left of a run that the next one reads.
      session.run(images.duplicate(), output.duplicate());
      session.run(images, output);
      memory.add(session.memoryBytes());
    }
    return output.array();
  }

  /** Returns by how many bytes the memory of a session is smaller than that of single nodes. */
  private static long check(KernelSet kernels, Graph graph, WayChoice way) {
    List<Long> memory = new ArrayList<>();
    try (Model together = Model.of(graph, kernels, way);
        Model apart = Model.ofSingleNodes(graph, kernels, way)) {
      assertArrayEquals(run(apart, memory), run(together, memory));
    }
    return memory.get(0) - memory.get(1);
  }

  private static long check(KernelSet kernels, Graph graph) {
    return check(kernels, graph, WayChoice.LOOKUP);
  }

  private static boolean isAvx512(String instructionSet) {
    return instructionSet.equals("avx512") || instructionSet.equals("amx");
  }

  private static List<String> instructionSets() {
    return NativeKernels.supportedInstructionSets();
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void chainsHaveTheBitsOfSingleLayers(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    for (Bits bits : Bits.values()) {
      for (Activation activation :
          List.of(Activation.NONE, Activation.RELU, new Activation(Activation.Kind.CLIP, -1, 2))) {
        long saved = check(kernels, graph(chain(bits, activation), "d"));
        boolean handed = activation.kind != Activation.Kind.CLIP;
        assertTrue(!handed || saved > 0, bits + " of " + activation.kind + " save " + saved);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void chainsOfProductsHaveTheBitsOfSingleLayers(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    for (Bits bits : Bits.values()) {
      for (Activation activation :
          List.of(Activation.NONE, Activation.RELU, new Activation(Activation.Kind.CLIP, -1, 2))) {
        Graph graph = graph(chain(bits, activation), "d");
        Convolution layer = (Convolution) graph.nodes().get(0).operator();
        if (!kernels.multiplies(layer, IMAGE)) {
          assertThrows(KernelException.class, () -> Model.of(graph, kernels, WayChoice.PRODUCTS));
          continue;
        }
        long saved = check(kernels, graph, WayChoice.PRODUCTS);
        assertTrue(activation.kind == Activation.Kind.CLIP || saved > 0, bits + " save " + saved);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void productsAndTablesGoTogether(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    Node a = convolution("a", "image", 8, 132, Bits.BYTES, Activation.RELU);
    Assumptions.assumeTrue(kernels.multiplies((Convolution) a.operator(), IMAGE), "no products");
    Node b = convolution("b", "a", 132, 64, Bits.WORDS, Activation.RELU);
    Node c = convolution("c", "b", 64, 64, Bits.WORDS_OF_BYTES, Activation.RELU);
    Node d = convolution("d", "c", 64, 64, Bits.WORDS, Activation.RELU);
    Map<String, Way> ways =
        Map.of("a", Way.PRODUCTS, "b", Way.LOOKUP, "c", Way.PRODUCTS, "d", Way.PRODUCTS);
    Graph graph = tuned(kernels, List.of(a, b, c, d), ways);
    check(kernels, graph, WayChoice.AUTOMATIC);
    assertEquals(ways, WayChoice.AUTOMATIC.ways(graph, kernels));
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void denseLayersBecomeProductsThatHandOver(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    Node a = convolution("a", "image", 8, 132, Bits.WORDS, Activation.RELU);
    Assumptions.assumeTrue(kernels.multiplies((Convolution) a.operator(), IMAGE), "no products");
    Node b = convolution("b", "a", 132, 64, Bits.BYTES, Activation.RELU);
    Graph graph = tuned(kernels, List.of(a, b), Map.of("a", Way.DENSE, "b", Way.PRODUCTS));
    // Plain C code has no estimate of products.
    Way expected = isAvx512(instructionSet) ? Way.PRODUCTS : Way.DENSE;
    assertEquals(
        Map.of("a", expected, "b", Way.PRODUCTS), WayChoice.AUTOMATIC.ways(graph, kernels));
  }

  /** A chain that was measured to be fastest these ways, by a tenth. */
  private static Graph tuned(KernelSet kernels, List<Node> nodes, Map<String, Way> ways) {
    Map<String, Tuning.Layer> layers = new LinkedHashMap<>();
    ways.forEach(
        (name, way) -> {
          Map<Way, Double> times = new EnumMap<>(Way.class);
          for (Way one : Way.values()) {
            times.put(one, one == way ? 1.0 : 1.1);
          }
          layers.put(name, new Tuning.Layer(way, times));
        });
    String tuning = new Tuning(kernels.description(), IMAGE, layers).toText();
    String last = nodes.get(nodes.size() - 1).output();
    return new Graph("image", IMAGE, nodes, List.of(last), Map.of(Metadata.TUNING, tuning));
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void layersOfDifferentBitsGoTogether(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    Activation relu = Activation.RELU;
    for (Bits first : Bits.values()) {
      for (Bits second : Bits.values()) {
        Node a = convolution("a", "image", 8, 132, first, relu);
        Node b = convolution("b", "a", 132, 64, second, relu);
        check(kernels, graph(List.of(a, b), "b"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("instructionSets")
  void whatOthersReadIsWritten(String instructionSet) {
    KernelSet kernels = NativeKernels.forInstructionSet(instructionSet);
    Node a = convolution("a", "image", 8, 64, Bits.WORDS, Activation.RELU);
    Node b = convolution("b", "a", 64, 64, Bits.WORDS, Activation.RELU);
    Node sum =
        new Node(
            "sum", new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE), List.of("a", "b"), "sum");
    check(kernels, graph(List.of(a, b, sum), "sum"));
    check(kernels, graph(List.of(a, b), "b", "a"));
    check(kernels, graph(List.of(a, b), "a", "b"));
  }

  @Test
  void aKernelWhoseReaderIsClosedDoesNotRun() {
    Assumptions.assumeTrue(instructionSets().contains("avx512"), "needs AVX-512");
    KernelSet kernels = NativeKernels.forInstructionSet("avx512");
    Convolution first =
        (Convolution) convolution("a", "image", 8, 64, Bits.WORDS, Activation.RELU).operator();
    Convolution second =
        (Convolution) convolution("b", "a", 64, 64, Bits.WORDS, Activation.RELU).operator();
    Shape between = Shape.of(64, 36, 70);
    FusedConvolution reader =
        FusedConvolution.of(second, List.of(Operand.perImage(between)), Way.LOOKUP).ofHandedInput();
    Kernel next = kernels.compile(reader);
    FusedConvolution writer =
        FusedConvolution.of(first, List.of(Operand.perImage(IMAGE)), Way.LOOKUP)
            .handingOverTo(next);
    try (Kernel kernel = kernels.compile(writer);
        Memory memory = kernels.allocate(1 << 22)) {
      assertEquals(next.outputBytes(1), between.count() * 4L);
      assertTrue(kernel.outputBytes(1) < between.count() * 4L);
      KernelArguments arguments =
          new KernelArguments(
              1,
              List.of(memory.floats(0, IMAGE.count())),
              memory.floats(0, (int) kernel.outputBytes(1) / 4),
              memory.bytes(0, 1 << 22));
      kernel.run(1, arguments, memory.bytes(0, 1 << 22), 0, kernel.tasks(1, 1));
      next.close();
      assertThrows(
          IllegalStateException.class,
          () -> kernel.run(1, arguments, memory.bytes(0, 1 << 22), 0, 1));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1000})
  void aDenseLayerGoesBackToTablesToHandItsOutputOver(double lookup) {
    Assumptions.assumeTrue(instructionSets().contains("avx512"), "needs AVX-512");
    KernelSet kernels = NativeKernels.forInstructionSet("avx512");
    List<Node> nodes = chain(Bits.WORDS_OF_BYTES, Activation.RELU);
    // Dense was measured to be some 6 percent faster, which is less than what is saved, or far
    // more.
    String text =
        "native avx512\n"
            + IMAGE
            + String.format(java.util.Locale.ROOT, "\ndense %f 9000 %f a", lookup, 0.94)
            + "\nlookup 1 9 2 b\nlookup 1 9 2 c\nlookup 1 9 2 d";
    Graph graph = new Graph("image", IMAGE, nodes, List.of("d"), Map.of(Metadata.TUNING, text));
    Way expected = lookup == 1 ? Way.LOOKUP : Way.DENSE;
    assertEquals(expected, WayChoice.AUTOMATIC.ways(graph, kernels).get("a"));
    String alone = text.replace("lookup 1 9 2 b", "dense 2 9 1 b");
    Graph without = new Graph("image", IMAGE, nodes, List.of("d"), Map.of(Metadata.TUNING, alone));
    assertEquals(Way.DENSE, WayChoice.AUTOMATIC.ways(without, kernels).get("a"));
  }
}
