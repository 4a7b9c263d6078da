package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.qcnn.onnx.TestModel.ints;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.BitPlanes;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.onnx.proto.TensorProto.DataType;
import org.qcnn.tensor.HalfFloat;
import org.qcnn.tensor.Shape;

/** The quantized layers of our own files. */
class QuantizedImportTest {
  private static final int SUBSPACES = 2;
  private static final int WORDS = 8;
  private static final int SIZE = 3;

  /** Adds codebooks for 5 channels in 2 subspaces, and codes for {@code count} of them. */
  private static byte[] addWeights(TestModel model, int count, int outputs) {
    Random random = new Random(3);
    ByteBuffer words =
        ByteBuffer.allocate(2 * SUBSPACES * WORDS * SIZE).order(ByteOrder.LITTLE_ENDIAN);
    while (words.hasRemaining()) {
      words.putShort(HalfFloat.fromFloat(random.nextFloat() - 0.5f));
    }
    byte[] codes = new byte[count];
    for (int i = 0; i < count; i++) {
      codes[i] = (byte) random.nextInt(WORDS);
    }
    byte[] planes = new byte[3 * ((count + 7) / 8)];
    BitPlanes.pack(codes, 3).bytes().get(planes);
    model
        .addOpset(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION)
        .tensor("codebooks", DataType.FLOAT16, words.array(), SUBSPACES, WORDS, SIZE)
        .tensor("codes", DataType.UINT8, planes, 3, (count + 7) / 8)
        .random("bias", outputs);
    return codes;
  }

  private static void addNode(TestModel model, String type, Object... attributes) {
    model
        .graph()
        .addNode(
            TestModel.proto(type, "x codebooks codes bias", "q", attributes)
                .setDomain(QuantizedOperators.DOMAIN));
  }

  /** Returns a quantized convolution with these attributes besides those that all have. */
  private static TestModel convolution(Object... more) {
    TestModel model = new TestModel(17, 5, 6, 7);
    addWeights(model, 4 * 3 * 2 * SUBSPACES, 4);
    List<Object> attributes =
        new ArrayList<>(List.of("kernel_shape", ints(3, 2), "strides", ints(2, 1)));
    attributes.addAll(List.of("pads", ints(1, 0, 1, 1), "dilations", ints(1, 1), "group", 1));
    attributes.addAll(List.of("channels", 5, "input_range", 2f, "response_range", 5f));
    attributes.addAll(List.of(more));
    addNode(model, "LutConv", attributes.toArray());
    return model.node("Relu", "q", "y");
  }

  @Test
  void convolutionComputesWithItsDecodedWeights() {
    Graph graph = convolution().read();
    assertEquals(1, graph.nodes().size());
    Convolution layer = (Convolution) graph.nodes().get(0).operator();
    assertTrue(layer.weights() instanceof QuantizedWeights);
    assertEquals(Shape.of(4, 5, 3, 2), layer.weights().shape());
    TestModel dense =
        new TestModel(17, 5, 6, 7)
            .floats("w", layer.weights().decode().toArray(), 4, 5, 3, 2)
            .floats("b", layer.bias(), 4)
            .node("Conv", "x w b", "c", "strides", ints(2, 1), "pads", ints(1, 0, 1, 1))
            .node("Relu", "c", "y");
    OnnxRuntimeComparison.check(dense);
    assertEquals(graph.shape("y"), dense.read().shape("y"));
  }

  @Test
  void fullyConnectedKeepsItsCodes() {
    TestModel model = new TestModel(17, 5);
    byte[] codes = addWeights(model, 7 * SUBSPACES, 7);
    addNode(model, "LutGemm", "channels", 5, "input_range", 2f, "response_range", 5f);
    // Scaling stays behind a quantized layer.
    Graph graph = model.floats("two", new float[] {2}).node("Mul", "q two", "y").read();
    assertEquals(3, graph.nodes().size());
    FullyConnected layer = (FullyConnected) graph.nodes().get(0).operator();
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    assertArrayEquals(codes, weights.assignments());
    assertEquals(2f, weights.inputRange());
    assertEquals(5f, weights.responseRange());
  }

  /** Returns a fully-connected layer with codebooks of bytes, 7 outputs, 5 channels. */
  private static TestModel bytes(int storedSubspaces, float... scales) {
    TestModel model = new TestModel(17, 5);
    byte[] words = new byte[storedSubspaces * WORDS * SIZE];
    new Random(4).nextBytes(words);
    model
        .addOpset(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION)
        .tensor("codebooks", DataType.INT8, words, storedSubspaces, WORDS, SIZE)
        .tensor("codes", DataType.UINT8, new byte[3 * 2], 3, 2)
        .random("bias", 7)
        .floats("scales", scales, scales.length, 1, 1);
    model
        .graph()
        .addNode(
            TestModel.proto(
                    "LutGemm",
                    "x codebooks codes bias scales",
                    "y",
                    "channels",
                    5,
                    "input_range",
                    2f,
                    "response_range",
                    5f)
                .setDomain(QuantizedOperators.DOMAIN));
    return model;
  }

  private static float[] codebooks(TestModel model) {
    Weights weights = model.read().nodes().get(0).operator().weights();
    return ((QuantizedWeights) weights).codebooks().toArray();
  }

  @Test
  void codebooksOfBytesHaveScales() {
    float[] own = codebooks(bytes(2, 0.5f, 0.25f));
    float[] shared = codebooks(bytes(1, 0.5f, 2f));
    assertEquals(SUBSPACES * WORDS * SIZE, own.length);
    for (int i = 0; i < WORDS * SIZE; i++) {
      assertEquals(own[i], shared[i]);
      assertEquals(4 * shared[i], shared[WORDS * SIZE + i]);
    }
  }

  @Test
  void scalesThatDoNotFitAreRefused() {
    for (float[] scales : new float[][] {{1}, {1, 2, 3}, {1, Float.NaN}}) {
      TestModel model = bytes(2, scales);
      GraphException error = assertThrows(GraphException.class, model::read);
      assertTrue(error.getMessage().contains("LutGemm"), error.getMessage());
    }
  }

  private static byte[] tableShifts(TestModel model) {
    Weights weights = model.read().nodes().get(0).operator().weights();
    return ((QuantizedWeights) weights).tableShifts();
  }

  @Test
  void tableShiftsAreReadWhereThereAreSome() {
    assertArrayEquals(new byte[0], tableShifts(convolution()));
    assertArrayEquals(new byte[] {0, 8}, tableShifts(convolution("table_shifts", ints(0, 8))));
  }

  @Test
  void tableShiftsThatDoNotFitAreRefused() {
    Map<Object, String> wrong =
        Map.of(
            ints(1),
            "1 table shifts for 2 subspaces",
            ints(1, 2, 3),
            "3 table shifts for 2 subspaces",
            ints(),
            "table_shifts holds no integers",
            3,
            "table_shifts holds no integers",
            ints(9, 0),
            "holds 9, not 0 to 8",
            ints(0, -1),
            "holds -1, not 0 to 8",
            // As a byte it would be 1.
            ints(257, 0),
            "holds 257, not 0 to 8");
    wrong.forEach(
        (shifts, expected) -> {
          TestModel model = convolution("table_shifts", shifts);
          String message = assertThrows(GraphException.class, model::read).getMessage();
          assertTrue(message.contains("LutConv_q") && message.contains(expected), message);
        });
  }

  @Test
  void inputBoundsAreReadWhereThereAreSome() {
    TestModel with = convolution("table_shifts", ints(0, 8), "input_bounds", BOUNDS);
    assertArrayEquals(BOUNDS, inputBounds(with));
    // Otherwise they are the largest input on both sides.
    TestModel without = convolution("table_shifts", ints(0, 8));
    assertArrayEquals(new float[] {-2, 2, -2, 2}, inputBounds(without));
    assertArrayEquals(new float[0], inputBounds(convolution()));
    assertArrayEquals(BOUNDS, inputBounds(convolution("input_bounds", BOUNDS)));
  }

  private static final float[] BOUNDS = {0, 1.5f, -0.5f, 0};

  private static float[] inputBounds(TestModel model) {
    Weights weights = model.read().nodes().get(0).operator().weights();
    return ((QuantizedWeights) weights).inputBounds();
  }

  @Test
  void inputBoundsThatDoNotFitAreRefused() {
    Map<float[], String> wrong =
        Map.of(
            new float[] {0, 1},
            "2 input bounds for 2 subspaces",
            new float[0],
            "input_bounds holds no floats",
            new float[] {0, 1, 0.5f, 1},
            "have 0 between them, not 0.5 and 1.0",
            new float[] {0, 1, 0, 0},
            "have 0 between them, not 0.0 and 0.0",
            new float[] {0, 1, Float.NaN, 1},
            "not NaN and 1.0",
            new float[] {0, 1, 0, Float.POSITIVE_INFINITY},
            "not 0.0 and Infinity");
    wrong.forEach(
        (bounds, expected) ->
            refusedBounds(
                convolution("table_shifts", ints(0, 8), "input_bounds", bounds), expected));
  }

  private static void refusedBounds(TestModel model, String expected) {
    String message = assertThrows(GraphException.class, model::read).getMessage();
    assertTrue(message.contains("LutConv_q") && message.contains(expected), message);
  }

  @Test
  void newerFormatsAreRefused() {
    TestModel newer = convolution().metadata(Metadata.FORMAT_VERSION, "3.1");
    String message = assertThrows(GraphException.class, newer::read).getMessage();
    assertTrue(message.contains("get qcnn 3.0 or newer"), message);
    TestModel known = convolution().metadata(Metadata.FORMAT_VERSION, "1.7").metadata("a", "b");
    assertEquals("b", known.read().metadata().get("a"));
    TestModel odd = convolution().metadata(Metadata.FORMAT_VERSION, "new");
    assertThrows(GraphException.class, odd::read);
  }

  private static String refusal(float inputRange, float responseRange, float word, float bias) {
    TestModel model = new TestModel(17, 3);
    model
        .addOpset(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION)
        .floats("codebooks", new float[] {1, word, 3}, 1, 1, 3)
        .tensor("codes", DataType.UINT8, new byte[1], 1, 1)
        .floats("bias", new float[] {1, bias}, 2);
    addNode(
        model,
        "LutGemm",
        "channels",
        3,
        "input_range",
        inputRange,
        "response_range",
        responseRange);
    model.node("Relu", "q", "y");
    return assertThrows(GraphException.class, model::read).getMessage();
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    for (float strange : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (String message :
          new String[] {
            refusal(strange, 1, 1, 1),
            refusal(1, strange, 1, 1),
            refusal(1, 1, strange, 1),
            refusal(1, 1, 1, strange)
          }) {
        assertTrue(
            message.contains("LutGemm_q") && message.contains(String.valueOf(strange)), message);
      }
    }
    assertTrue(refusal(0, 1, 1, 1).contains("positive"));
    assertTrue(refusal(1, -1, 1, 1).contains("positive"));
  }

  @Test
  void subCodewordsTooWideForTheKernelsAreRefused() {
    TestModel model = new TestModel(17, 257);
    model
        .addOpset(QuantizedOperators.DOMAIN, QuantizedOperators.VERSION)
        .random("codebooks", 1, 2, 257)
        .tensor("codes", DataType.UINT8, new byte[1], 1, 1)
        .random("bias", 2);
    addNode(model, "LutGemm", "channels", 257, "input_range", 2f, "response_range", 5f);
    String message =
        assertThrows(GraphException.class, () -> model.node("Relu", "q", "y").read()).getMessage();
    assertTrue(message.contains("LutGemm_q") && message.contains("at most 256"), message);
  }

  @Test
  void codesThatDoNotFitAreRefused() {
    TestModel model = new TestModel(17, 5);
    addWeights(model, 100, 7);
    addNode(model, "LutGemm", "channels", 5, "input_range", 2f, "response_range", 5f);
    String message =
        assertThrows(GraphException.class, () -> model.node("Relu", "q", "y").read()).getMessage();
    assertTrue(message.contains("LutGemm_q") && message.contains("14 codes"), message);
  }
}
