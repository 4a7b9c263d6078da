package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Error correction through the addition of a residual network. */
class AddendTest {
  private static final Shape IMAGE = Shape.of(8, 12, 12);
  private static final Node FIRST = convolution("first", "image", Activation.RELU);
  private static final Node SECOND = convolution("second", "first", Activation.NONE);
  private static final Node SUM = addition("sum", "second", "first");

  private static Node convolution(String name, String input, Activation activation) {
    Random random = new Random(name.hashCode());
    float[] weights = new float[8 * 8 * 9];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.15f * (float) random.nextGaussian();
    }
    return new Node(
        name,
        new Convolution(
            Window.square(3, 1, 1),
            1,
            new DenseWeights(Tensor.over(Shape.of(8, 8, 3, 3), weights)),
            new float[8],
            activation),
        List.of(input),
        name);
  }

  private static Node addition(String name, String... inputs) {
    return new Node(
        name, new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), List.of(inputs), name);
  }

  private static Graph graph(String output, Node... nodes) {
    return new Graph("image", IMAGE, List.of(nodes), List.of(output), Map.of());
  }

  @Test
  void theOtherSideOfTheAdditionIsTheAddend() {
    Graph graph = graph("sum", FIRST, SECOND, SUM);
    assertEquals(Optional.of("first"), Addend.name(graph, SECOND));
  }

  @Test
  void layersThatOthersReadOrThatAreRectifiedHaveNone() {
    assertEquals(Optional.empty(), Addend.name(graph("sum", FIRST, SECOND, SUM), FIRST));
    Node rectified = convolution("second", "first", Activation.RELU);
    assertEquals(Optional.empty(), Addend.name(graph("sum", FIRST, rectified, SUM), rectified));
    Node third = convolution("third", "second", Activation.NONE);
    Node both = addition("both", "sum", "third");
    Graph readTwice = graph("both", FIRST, SECOND, SUM, third, both);
    assertEquals(Optional.empty(), Addend.name(readTwice, SECOND));
    assertEquals(Optional.empty(), Addend.name(graph("second", FIRST, SECOND), SECOND));
    Node twice = addition("sum", "second", "second");
    assertEquals(Optional.empty(), Addend.name(graph("sum", FIRST, SECOND, twice), SECOND));
  }

  @Test
  void theSumComesNearerToTheOriginal() {
    Graph graph = graph("sum", FIRST, SECOND, SUM);
    CompressionSettings settings =
        CompressionSettings.DEFAULT
            .withTables(TableWidth.SIXTEEN)
            .withLayers(Map.of("first", new LayerSetting(4, 4), "second", new LayerSetting(2, 32)));
    try (ImageSource images = ImageSource.open("random:100", null, IMAGE, null)) {
      double with = error(graph, settings, images);
      double without = error(graph, settings.withoutAdditions(), images);
      assertTrue(with < 0.97 * without, with + " against " + without);
    }
  }

  /** Returns the squared distance of the sums of ten other images. */
  private static double error(Graph graph, CompressionSettings settings, ImageSource images) {
    Graph quantized =
        Compressor.compress(graph, images, settings, CompressionProgress.NONE).graph();
    float[] input = new float[10 * IMAGE.count()];
    Random random = new Random(99);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    float[] expected = run(graph, input);
    float[] found = run(quantized, input);
    double sum = 0;
    for (int i = 0; i < found.length; i++) {
      sum += (found[i] - expected[i]) * (found[i] - expected[i]);
    }
    return sum;
  }

  private static float[] run(Graph graph, float[] images) {
    float[] output = new float[10 * IMAGE.count()];
    try (Model model = Model.of(graph, KernelSet.best());
        Session session = model.newSession(1)) {
      session.run(FloatBuffer.wrap(images), FloatBuffer.wrap(output));
    }
    return output;
  }
}
