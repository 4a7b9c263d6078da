package org.qcnn.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Padding;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Slicing;
import org.qcnn.graph.Weights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.Kernel;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Memory;
import org.qcnn.kernel.Operand;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Whole networks: a dense layer, a lookup layer, a constant, a reshaping, two branches. */
class SessionTest {
  private final Random random = new Random(8);
  private final Graph graph = network();

  @Test
  void aBatchGivesWhatItsImagesGiveAlone() {
    float[] images = randomValues(5 * 3 * 12 * 12);
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession()) {
      float[] together = run(session, images);
      for (int n = 4; n >= 0; n--) {
        float[] alone = run(session, java.util.Arrays.copyOfRange(images, n * 432, n * 432 + 432));
        assertArrayEquals(java.util.Arrays.copyOfRange(together, n * 6, n * 6 + 6), alone, 1e-6f);
      }
    }
  }

  @Test
  void theSameBitsForAnyNumberOfThreads() {
    float[] images = randomValues(3 * 432);
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP)) {
      float[] expected = null;
      for (int threads = 1; threads <= 4; threads++) {
        try (Session session = model.newSession(threads)) {
          float[] scores = run(session, images);
          expected = expected == null ? scores : expected;
          assertArrayEquals(expected, scores);
        }
      }
    }
  }

  @Test
  void sessionsOfOneModelRunAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP)) {
      float[] images = randomValues(432);
      float[] expected;
      try (Session session = model.newSession()) {
        expected = run(session, images);
      }
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(
            threads.submit(
                () -> {
                  try (Session session = model.newSession()) {
                    float[] scores = null;
                    for (int repeat = 0; repeat < 50; repeat++) {
                      scores = run(session, images);
                    }
                    return scores;
                  }
                }));
      }
      for (Future<float[]> result : results) {
        assertArrayEquals(expected, result.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void javaAndNativeKernelsAgree() {
    float[] images = randomValues(2 * 432);
    try (Model plain = Model.of(graph, new JavaKernels(), WayChoice.LOOKUP);
        Model fast = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session plainSession = plain.newSession();
        Session fastSession = fast.newSession()) {
      assertArrayEquals(run(plainSession, images), run(fastSession, images), 1e-4f);
    }
  }

  @Test
  void aModelOutlivesItsCloseUntilTheLastSessionEnds() {
    Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
    Session session = model.newSession();
    float[] images = randomValues(432);
    float[] before = run(session, images);
    model.close();
    assertArrayEquals(before, run(session, images));
    assertThrows(IllegalStateException.class, model::newSession);
    session.close();
    session.close();
    assertThrows(IllegalStateException.class, () -> run(session, images));
  }

  @Test
  void misfitsAreNamed() {
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession()) {
      IllegalArgumentException input =
          assertThrows(
              IllegalArgumentException.class,
              () -> session.run(FloatBuffer.allocate(431), FloatBuffer.allocate(6)));
      assertTrue(input.getMessage().contains("3x12x12"), input.getMessage());
      IllegalArgumentException output =
          assertThrows(
              IllegalArgumentException.class,
              () -> session.run(FloatBuffer.allocate(864), FloatBuffer.allocate(11)));
      assertTrue(output.getMessage().contains("12"), output.getMessage());
      assertThrows(IllegalArgumentException.class, () -> session.output("nothing"));
      run(session, randomValues(432));
      assertEquals(6, session.output("scores").remaining());
    }
  }

  @Test
  void outputsOutliveTheSession() {
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP)) {
      Session session = model.newSession();
      float[] scores = run(session, randomValues(432));
      FloatBuffer output = session.output("scores");
      session.close();
      float[] later = new float[6];
      output.get(later);
      assertArrayEquals(scores, later);
      assertThrows(IllegalStateException.class, () -> session.output("scores"));
    }
  }

  @Test
  void aBatchTooLargeForABufferIsRefusedBeforeAnythingIsAllocated() {
    List<Node> nodes =
        List.of(
            node("wide", new Padding(new int[] {0}, new int[] {65535}, 0), "wide", "image"),
            node("cut", new Slicing(new int[1], new int[] {1}, new int[] {1}), "cut", "wide"));
    Graph wide = new Graph("image", Shape.of(1), nodes, List.of("cut"), Map.of());
    KernelSet java = new JavaKernels();
    KernelSet withoutMemory =
        new KernelSet() {
          @Override
          public String description() {
            return java.description();
          }

          @Override
          public Memory allocate(long bytes) {
            throw new AssertionError(bytes + " bytes");
          }

          @Override
          public Kernel compile(Operator operator, List<Operand> inputs) {
            return java.compile(operator, inputs);
          }
        };
    assertRefusesBatch(Model.of(wide, withoutMemory), 8192, "node wide", "8192 images", "2^31-1");
  }

  @Test
  void aBatchWithTooManyPositionsIsRefused() {
    // Two kernel positions so far apart that most of what lies between them is padding.
    Window window =
        new Window(
            new int[] {2, 2},
            new int[] {1, 1},
            new int[] {0, 0, 4096, 4096},
            new int[] {4096, 4096});
    QuantizedWeights weights =
        new QuantizedWeights(
            Shape.of(1, 1, 2, 2), Tensor.over(Shape.of(1, 2, 1), 1f, 2f), new byte[4], 1f, 1f);
    Node far = node("far", convolution(weights, window, 1), "far", "image");
    Graph sparse = new Graph("image", Shape.of(1, 1, 1), List.of(far), List.of("far"), Map.of());
    assertRefusesBatch(
        Model.of(sparse, KernelSet.best(), WayChoice.LOOKUP), 8, "node far", "8 images");
  }

  private static void assertRefusesBatch(Model model, int batch, String... words) {
    try (model;
        Session session = model.newSession()) {
      FloatBuffer images = FloatBuffer.allocate(batch);
      String message =
          assertThrows(
                  KernelException.class, () -> session.run(images, FloatBuffer.allocate(batch)))
              .getMessage();
      for (String word : words) {
        assertTrue(message.contains(word), message);
      }
    }
  }

  @Test
  void aSessionThatCannotOpenDoesNotHoldTheModel() {
    Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
    assertThrows(OutOfMemoryError.class, () -> model.newSession(Integer.MAX_VALUE));
    model.close();
    Kernel kernel = model.steps().get(0).kernel;
    assertThrows(IllegalStateException.class, () -> kernel.run(0, null, null, 0, 0));
  }

  private static float[] run(Session session, float[] images) {
    FloatBuffer output = FloatBuffer.allocate(images.length / 432 * 6);
    session.run(FloatBuffer.wrap(images), output);
    return output.array();
  }

  private Graph network() {
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        node("conv1", convolution(dense(8, 3, 3, 3), Window.square(3, 1, 1), 1), "conv1", "image"));
    nodes.add(
        node(
            "conv2",
            convolution(quantized(8, 8, 3, 3), Window.square(3, 1, 1), 1),
            "conv2",
            "conv1"));
    nodes.add(
        node("scale", new Constant(Tensor.over(Shape.of(8, 1, 1), randomValues(8))), "scale"));
    nodes.add(
        node(
            "mul",
            new Arithmetic(Arithmetic.Kind.MULTIPLY, Activation.NONE),
            "mul",
            "conv2",
            "scale"));
    nodes.add(
        node("add", new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), "add", "mul", "conv1"));
    nodes.add(
        node(
            "pool",
            new Pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0), false, false),
            "pool",
            "add"));
    nodes.add(node("flat", new Reshaping(Shape.of(288)), "flat", "pool"));
    nodes.add(
        node(
            "fc",
            new FullyConnected(quantized(6, 288), randomValues(6), Activation.NONE),
            "scores",
            "flat"));
    return new Graph("image", Shape.of(3, 12, 12), nodes, List.of("scores"), Map.of());
  }

  private Convolution convolution(Weights weights, Window window, int groups) {
    return new Convolution(
        window, groups, weights, randomValues(weights.shape().extent(0)), Activation.RELU);
  }

  private Weights dense(int... shape) {
    Shape weights = Shape.of(shape);
    return new DenseWeights(Tensor.over(weights, randomValues(weights.count())));
  }

  private Weights quantized(int... shape) {
    Shape weights = Shape.of(shape);
    int subspaces = weights.extent(1) / 4;
    byte[] codes = new byte[weights.count() / 4];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(16);
    }
    Tensor codebooks = Tensor.over(Shape.of(subspaces, 16, 4), randomValues(subspaces * 64));
    return new QuantizedWeights(weights, codebooks, codes, 10f, 100f);
  }

  private static Node node(
      String name, org.qcnn.graph.Operator operator, String output, String... inputs) {
    return new Node(name, operator, List.of(inputs), output);
  }

  private float[] randomValues(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
