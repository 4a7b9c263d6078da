package org.qcnn.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Window;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class OpenBlasKernelsTest {
  private final Random random = new Random(5);

  @ParameterizedTest(name = "kernel {0}, stride {1}, pad {2}, dilation {3}, groups {4}, batch {5}")
  @CsvSource({
    "1, 1, 0, 1, 1, 1", // the input itself
    "1, 2, 0, 1, 1, 2", // strided
    "1, 1, 1, 1, 1, 1", // 1x1, but padded
    "3, 1, 1, 1, 1, 2", // whole planes
    "3, 1, 0, 1, 2, 2", // lines
    "5, 1, 2, 1, 2, 1",
    "3, 1, 2, 2, 1, 1",
    "3, 2, 1, 1, 1, 3",
    "7, 3, 3, 1, 2, 1",
    "3, 1, 8, 1, 1, 1", // windows that see nothing but padding
    "3, 3, 7, 2, 4, 2",
  })
  void convolutionAgreesWithJava(
      int kernel, int stride, int pad, int dilation, int groups, int batch) {
    Window window =
        new Window(
            new int[] {kernel, kernel},
            new int[] {stride, stride},
            new int[] {pad, pad, pad, pad},
            new int[] {dilation, dilation});
    Operator layer =
        new Convolution(
            window,
            groups,
            new DenseWeights(tensor(Shape.of(12, 8 / groups, kernel, kernel))),
            tensor(Shape.of(12)).toArray(),
            Activation.RELU);
    compare(layer, Shape.of(8, 11, 9), batch);
  }

  @ParameterizedTest(name = "batch {0}")
  @ValueSource(ints = {1, 4})
  void fullyConnectedAgreesWithJava(int batch) {
    Operator layer =
        new FullyConnected(
            new DenseWeights(tensor(Shape.of(33, 70))),
            tensor(Shape.of(33)).toArray(),
            new Activation(Activation.Kind.LEAKY_RELU, 0.1f, 0));
    compare(layer, Shape.of(70), batch);
  }

  private void compare(Operator layer, Shape inputShape, int batch) {
    Graph graph =
        new Graph(
            "in",
            inputShape,
            List.of(new Node("layer", layer, List.of("in"), "out")),
            List.of("out"),
            Map.of());
    float[] input = tensor(Shape.of(batch, inputShape.count())).toArray();
    float[] expected = run(graph, new JavaKernels(), input, batch);
    float[] actual = run(graph, new OpenBlasKernels(), input, batch);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-4f * (1 + Math.abs(expected[i])), "value " + i);
    }
  }

  private static float[] run(Graph graph, KernelSet kernels, float[] input, int batch) {
    float[] output = new float[batch * graph.shape("out").count()];
    try (Model model = Model.of(graph, kernels);
        Session session = model.newSession()) {
      // The second run finds the first one's columns in the scratch memory.
      session.run(FloatBuffer.wrap(input), FloatBuffer.wrap(output));
      session.run(FloatBuffer.wrap(input), FloatBuffer.wrap(output));
    }
    return output;
  }

  private Tensor tensor(Shape shape) {
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.over(shape, values);
  }
}
