package org.qcnn.channels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Channels in another order and scale, in a network that computes the same. */
class HiddenChannelsTest {
  private static final Shape IMAGE = Shape.of(3, 8, 8);

  private final Random random = new Random(5);
  private final List<Node> nodes = new ArrayList<>();

  private void convolution(
      String name, int outputs, int channels, Activation activation, String input) {
    add(
        name,
        new Convolution(
            Window.square(3, 1, 1),
            1,
            weights(Shape.of(outputs, channels, 3, 3)),
            bias(outputs),
            activation),
        input);
  }

  private void fullyConnected(String name, int outputs, int inputs, String input) {
    add(
        name,
        new FullyConnected(
            weights(Shape.of(outputs, inputs)),
            bias(outputs),
            name.equals("scores") ? Activation.NONE : Activation.RELU),
        input);
  }

  private void add(String name, Operator operator, String... inputs) {
    nodes.add(new Node(name, operator, List.of(inputs), name));
  }

  /** Norms of channels differ by orders of magnitude, so that scales have something to do. */
  private DenseWeights weights(Shape shape) {
    float[] values = new float[shape.count()];
    int perOutput = shape.count(1, shape.rank());
    for (int i = 0; i < values.length; i++) {
      double size = Math.pow(2, i / perOutput % 5 - 2) / Math.sqrt(perOutput);
      values[i] = (float) (size * random.nextGaussian());
    }
    return new DenseWeights(Tensor.over(shape, values));
  }

  private float[] bias(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** A block with a shortcut, pooling, a flattened map and two hidden layers. */
  private Graph network() {
    convolution("first", 12, 3, Activation.RELU, "image");
    convolution("inner", 16, 12, Activation.RELU, "first");
    convolution("outer", 12, 16, Activation.NONE, "inner");
    add("sum", new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), "outer", "first");
    convolution("clipped", 16, 12, new Activation(Activation.Kind.CLIP, 0, 1), "sum");
    convolution("last", 8, 16, Activation.RELU, "clipped");
    add("pool", new Pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0), false, false), "last");
    add("flat", new Reshaping(Shape.of(128)), "pool");
    fullyConnected("hidden", 20, 128, "flat");
    fullyConnected("scores", 5, 20, "hidden");
    return new Graph("image", IMAGE, nodes, List.of("scores"), Map.of());
  }

  private static float[] run(Graph graph, float[] images) {
    float[] scores = new float[images.length / IMAGE.count() * 5];
    try (Model model = Model.of(graph, KernelSet.best());
        Session session = model.newSession(1)) {
      session.run(FloatBuffer.wrap(images), FloatBuffer.wrap(scores));
    }
    return scores;
  }

  private static Node node(Graph graph, String name) {
    return graph.nodes().stream().filter(n -> n.name().equals(name)).findFirst().orElseThrow();
  }

  private static ChannelWeights written(Graph graph, String name) {
    return ChannelWeights.writtenBy((WeightedOperator) node(graph, name).operator());
  }

  private static ChannelWeights read(Graph graph, String name, int channels) {
    return ChannelWeights.readBy((WeightedOperator) node(graph, name).operator(), channels);
  }

  @Test
  void theNetworkComputesTheSame() {
    Graph graph = network();
    float[] images = bias(6 * IMAGE.count());
    float[] before = run(graph, images);
    Graph arranged = HiddenChannels.arrange(graph, name -> 4);
    float[] after = run(arranged, images);
    double largest = 0;
    for (float value : before) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < before.length; i++) {
      assertEquals(before[i], after[i], 1e-5 * largest, "score " + i);
    }
    for (String name : List.of("first", "inner", "outer", "clipped", "last", "hidden", "scores")) {
      assertNotEquals(0, different(graph, arranged, name), name);
    }
  }

  private static int different(Graph one, Graph other, String name) {
    float[] a = node(one, name).operator().weights().decode().toArray();
    float[] b = node(other, name).operator().weights().decode().toArray();
    int different = 0;
    for (int i = 0; i < a.length; i++) {
      different += a[i] == b[i] ? 0 : 1;
    }
    return different;
  }

  @Test
  void aMapAddedToARowStays() {
    convolution("map", 8, 3, Activation.RELU, "image");
    add("flat", new Reshaping(Shape.of(512)), "map");
    fullyConnected("row", 512, 512, "flat");
    add("sum", new Arithmetic(Arithmetic.Kind.ADD, Activation.NONE), "row", "flat");
    fullyConnected("scores", 5, 512, "sum");
    Graph graph = new Graph("image", IMAGE, nodes, List.of("scores"), Map.of());
    Graph arranged = HiddenChannels.arrange(graph, name -> 4);
    float[] images = bias(2 * IMAGE.count());
    assertArrayEquals(run(graph, images), run(arranged, images));
  }

  @Test
  void scalesMakeBothSidesEqual() {
    Graph arranged = HiddenChannels.arrange(network(), name -> 4);
    ChannelWeights written = written(arranged, "inner");
    ChannelWeights read = read(arranged, "outer", 16);
    double ratio = written.magnitude(0) / read.magnitude(0);
    for (int channel = 0; channel < 16; channel++) {
      double here = written.magnitude(channel) / read.magnitude(channel);
      assertEquals(ratio, here, 1e-4 * ratio);
    }
  }

  @Test
  void whatIsNotHomogeneousIsOrderedOnly() {
    Graph graph = network();
    Graph arranged = HiddenChannels.arrange(graph, name -> name.equals("last") ? 4 : 0);
    double[] before = norms(written(graph, "clipped"));
    double[] after = norms(written(arranged, "clipped"));
    assertNotEquals(before[0] + before[1], after[0] + after[1]);
    java.util.Arrays.sort(before);
    java.util.Arrays.sort(after);
    assertArrayEquals(before, after);
  }

  private static double[] norms(ChannelWeights weights) {
    double[] norms = new double[weights.channels()];
    for (int c = 0; c < norms.length; c++) {
      norms[c] = weights.magnitude(c);
    }
    return norms;
  }

  @Test
  void layersThatAreNotQuantizedStay() {
    Graph graph = network();
    Graph arranged = HiddenChannels.arrange(graph, name -> 0);
    for (Node node : graph.nodes()) {
      if (node.operator().weights() != null) {
        assertEquals(0, different(graph, arranged, node.name()), node.name());
      }
    }
  }

  @Test
  void channelsThatAreAlikeComeTogether() {
    // Channel c is a multiple of one of four patterns, c % 4, and a little noise.
    float[][] patterns = new float[4][];
    for (int p = 0; p < 4; p++) {
      patterns[p] = bias(64 * 9);
    }
    float[] values = new float[64 * 16 * 9];
    for (int i = 0; i < values.length; i++) {
      int channel = i / 9 % 16;
      values[i] =
          patterns[channel % 4][i / 9 / 16 * 9 + i % 9] + 0.05f * (float) random.nextGaussian();
    }
    Convolution layer =
        new Convolution(
            Window.square(3, 1, 1),
            1,
            new DenseWeights(Tensor.over(Shape.of(64, 16, 3, 3), values)),
            new float[64],
            Activation.NONE);
    int[] order = ChannelOrdering.of(List.of(ChannelWeights.readBy(layer, 16)), 4);
    for (int place = 0; place < 16; place++) {
      assertTrue(order[place] % 4 == order[place / 4 * 4] % 4, "place " + place);
    }
  }
}
