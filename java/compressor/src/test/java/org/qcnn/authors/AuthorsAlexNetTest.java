package org.qcnn.authors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.data.SharedData;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphCleaner;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.LookupScales;
import org.qcnn.kernel.NativeKernels;

/**
 * Runs the authors' own codebooks and assignments by lookup tables, on photographs that the ranges
 * were not calibrated on.
 *
 * <p>A response is a sum of n table entries, each rounded to a whole unit. Were these errors
 * independent, their sum would have a root mean square of sqrt(n / 12) units; it never exceeds n /
 * 2, and the rounding of inputs and codewords adds little. Saturation would. A unit is fixed by the
 * largest response in calibration, so the relative error is largest for photographs of little
 * contrast, which answer weakly: over 64 photographs conv1 is off by 0.0066, but by 0.0175 for the
 * worst of them.
 */
class AuthorsAlexNetTest {
  private static final int PHOTOGRAPHS = 16;

  private static AuthorsAlexNet network;

  /** What each node is given for the photographs, by the node's name. */
  private static final Map<String, float[]> INPUTS = new HashMap<>();

  private static final Map<String, QuantizedWeights> QUANTIZED = new HashMap<>();

  @BeforeAll
  static void calibrateOnOtherPhotographs() {
    network = new AuthorsAlexNet(SharedData.find("authors-alexnet"));
    Map<String, float[]> seen = inputs(SharedData.find("imagenet/calibration"), 37, 1);
    INPUTS.putAll(inputs(SharedData.find("imagenet/validation"), 56, 2));
    for (AuthorsAlexNet.Layer layer : network.layers()) {
      float[] input = seen.get(layer.name);
      float[] response = run(layer.alone(layer.dense()), KernelSet.best(), input);
      QUANTIZED.put(layer.name, layer.quantized(largest(input), largest(response)));
    }
  }

  /** Returns what each node of the network with decoded weights sees of some photographs. */
  private static Map<String, float[]> inputs(Path directory, int step, long seed) {
    int[] indices = new int[PHOTOGRAPHS];
    Arrays.setAll(indices, i -> i * step);
    float[] images = network.photographs(directory, indices);
    Graph graph = network.convolutions(AuthorsAlexNet.Layer::dense);
    List<String> values = new ArrayList<>();
    graph.nodes().forEach(node -> values.add(node.output()));
    Collections.reverse(values);
    Graph observed =
        new Graph(graph.input(), graph.inputShape(), graph.nodes(), values, graph.metadata());
    Map<String, float[]> inputs = new HashMap<>();
    inputs.put("conv1", images);
    try (Model model = Model.of(observed, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession()) {
      session.run(
          FloatBuffer.wrap(images),
          FloatBuffer.allocate(PHOTOGRAPHS * graph.shape("pool5").count()));
      for (Node node : graph.nodes().subList(1, graph.nodes().size())) {
        FloatBuffer input = session.output(node.inputs().get(0));
        float[] copy = new float[input.remaining()];
        input.get(copy);
        inputs.put(node.name(), copy);
      }
    }
    // Without fc6 nobody knows what fc7 sees; after a rectifier it is surely not negative.
    Random random = new Random(seed);
    inputs.put("fc7", rectifiedNoise(random));
    inputs.put("fc8", rectifiedNoise(random));
    return inputs;
  }

  private static float[] rectifiedNoise(Random random) {
    float[] values = new float[PHOTOGRAPHS * 4096];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, (float) random.nextGaussian());
    }
    return values;
  }

  /**
   * The mean of pool5 that numpy found over 900 photographs. A layer whose groups are swapped
   * brings it down to 2.1 or less.
   */
  @Test
  void photographsExciteTheLastConvolution() {
    Graph dense = network.convolutions(AuthorsAlexNet.Layer::dense);
    float[] features = run(dense, KernelSet.best(), INPUTS.get("conv1"));
    double sum = 0;
    for (float feature : features) {
      sum += feature;
    }
    assertEquals(3.62, sum / features.length, 0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv1", "conv2", "conv3", "conv4", "conv5", "fc7", "fc8"})
  void lookUpsAnswerAsTheDecodedWeights(String name) {
    AuthorsAlexNet.Layer layer = network.layer(name);
    QuantizedWeights weights = QUANTIZED.get(name);
    float[] input = INPUTS.get(name);
    float[] dense = run(layer.alone(layer.dense()), KernelSet.best(), input);
    float[] lookup = run(layer.alone(weights), KernelSet.best(), input);
    assertSmall(0.01, relativeError(lookup, dense), name);
    assertSmall(0.02, worstPhotograph(lookup, dense), name + ", worst photograph");

    double unit = new LookupScales(weights).outputScale;
    int entries = weights.subspaces() * weights.kernelPositions();
    double meanSquare = squaredDistance(lookup, dense) / dense.length;
    assertSmall(1.5 * unit * Math.sqrt(entries / 12.0), Math.sqrt(meanSquare), name);
    assertSmall(0.5 * unit * entries, largestDifference(lookup, dense), name + ", worst response");
    assertSmall(2 * weights.inputRange(), largest(input), name + " clamps its input");
    assertSmall(2 * weights.responseRange(), largest(dense), name + " saturates");
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv1", "conv2", "conv3", "conv4", "conv5", "fc7", "fc8"})
  void decodedWeightsAnswerAsTheFormatSays(String name) {
    AuthorsAlexNet.Layer layer = network.layer(name);
    float[] input = Arrays.copyOf(INPUTS.get(name), layer.input.count());
    NaiveLayer naive = new NaiveLayer(layer, input);
    float[] dense = run(layer.alone(layer.dense()), KernelSet.best(), input);
    int side = layer.input.rank() == 1 ? 1 : layer.window.outputHeight(layer.input.extent(1));
    // The corners, where the padding is, and the centre.
    int[] places = side == 1 ? new int[] {0} : new int[] {0, side / 2, side - 1};
    double difference = 0;
    double magnitude = 0;
    for (int output = 0; output < layer.shape.extent(0); output++) {
      for (int y : places) {
        for (int x : places) {
          double expected = naive.response(output, y, x);
          difference += Math.pow(dense[(output * side + y) * side + x] - expected, 2);
          magnitude += Math.pow(expected, 2);
        }
      }
    }
    assertSmall(1e-5, Math.sqrt(difference / magnitude), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv1", "conv2", "conv3", "conv4", "conv5", "fc7", "fc8"})
  void nativeAndJavaKernelsGiveTheSameBits(String name) {
    Graph graph = network.layer(name).alone(QUANTIZED.get(name));
    float[] input = Arrays.copyOf(INPUTS.get(name), graph.inputShape().count());
    float[] expected = run(graph, new JavaKernels(), input);
    for (String instructions : NativeKernels.supportedInstructionSets()) {
      KernelSet kernels = NativeKernels.forInstructionSet(instructions);
      assertArrayEquals(expected, run(graph, kernels, input), instructions);
    }
  }

  @Test
  void allConvolutionsTogetherStayClose() {
    Graph dense = network.convolutions(AuthorsAlexNet.Layer::dense);
    Graph quantized = network.convolutions(layer -> QUANTIZED.get(layer.name));
    float[] images = INPUTS.get("conv1");
    float[] expected = run(GraphCleaner.clean(dense), KernelSet.best(), images);
    float[] found = run(GraphCleaner.clean(quantized), KernelSet.best(), images);
    assertSmall(0.02, worstPhotograph(found, expected), "pool5");
  }

  private static float[] run(Graph graph, KernelSet kernels, float[] images) {
    int batch = images.length / graph.inputShape().count();
    float[] output = new float[batch * graph.shape(graph.outputs().get(0)).count()];
    try (Model model = Model.of(graph, kernels, WayChoice.LOOKUP);
        Session session = model.newSession()) {
      session.run(FloatBuffer.wrap(images), FloatBuffer.wrap(output));
    }
    return output;
  }

  private static void assertSmall(double bound, double found, String what) {
    assertTrue(found < bound, what + ": " + found + " should be below " + bound);
  }

  private static double worstPhotograph(float[] found, float[] expected) {
    int each = expected.length / PHOTOGRAPHS;
    double worst = 0;
    for (int begin = 0; begin < expected.length; begin += each) {
      float[] here = Arrays.copyOfRange(found, begin, begin + each);
      worst =
          Math.max(worst, relativeError(here, Arrays.copyOfRange(expected, begin, begin + each)));
    }
    return worst;
  }

  private static double relativeError(float[] found, float[] expected) {
    double magnitude = squaredDistance(expected, new float[expected.length]);
    return Math.sqrt(squaredDistance(found, expected) / magnitude);
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }

  private static double largest(float[] values) {
    return largestDifference(values, new float[values.length]);
  }

  private static double largestDifference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs((double) a[i] - b[i]));
    }
    return largest;
  }
}
