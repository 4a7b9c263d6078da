package org.qcnn.benchmarks.int8;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Concatenation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.GlobalPooling;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Softmax;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * A network with every way of joining layers that those of the zoo have, and with random weights.
 */
final class SmallNetwork {
  static final Shape INPUT = Shape.of(3, 24, 24);
  static final int CLASSES = 10;

  private final Random random = new Random(3);

  private SmallNetwork() {}

  /** Returns the network, with 4 convolutions and 2 fully-connected layers. */
  static Graph graph() {
    return new SmallNetwork().build();
  }

  private Graph build() {
    Window half = Window.square(2, 2, 0);
    List<Node> nodes =
        List.of(
            node("conv1", convolution(16, 3, 5, 1, Activation.RELU), "image"),
            node("norm", new LocalResponseNormalization(5, 1e-2f, 0.75f, 1), "conv1"),
            node("pool1", new Pooling(Pooling.Kind.MAXIMUM, half, false, false), "norm"),
            node("conv2", convolution(16, 16, 3, 1, Activation.RELU), "pool1"),
            node("conv3", convolution(16, 8, 3, 2, Activation.NONE), "conv2"),
            node("sum", new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), "conv3", "pool1"),
            node("pool2", new Pooling(Pooling.Kind.MAXIMUM, half, false, false), "sum"),
            node("conv4", convolution(8, 16, 1, 1, Activation.RELU), "pool2"),
            node("both", new Concatenation(0), "pool2", "conv4"),
            node("average", new GlobalPooling(Pooling.Kind.AVERAGE), "both"),
            node("flat", new Reshaping(Shape.of(24)), "average"),
            node("fc1", fullyConnected(32, 24, Activation.RELU), "flat"),
            node("fc2", fullyConnected(CLASSES, 32, Activation.NONE), "fc1"),
            node("scores", new Softmax(0, 0), "fc2"));
    return new Graph("image", INPUT, nodes, List.of("scores"), Map.of());
  }

  private static Node node(String name, Operator operator, String... inputs) {
    return new Node(name, operator, List.of(inputs), name);
  }

  private Convolution convolution(
      int outputs, int inputs, int kernel, int groups, Activation activation) {
    Tensor weights = gaussian(Shape.of(outputs, inputs, kernel, kernel));
    float[] bias = random(outputs, 0.1);
    return new Convolution(
        Window.square(kernel, 1, kernel / 2), groups, new DenseWeights(weights), bias, activation);
  }

  private FullyConnected fullyConnected(int outputs, int inputs, Activation activation) {
    Tensor weights = gaussian(Shape.of(outputs, inputs));
    return new FullyConnected(new DenseWeights(weights), random(outputs, 0.1), activation);
  }

  /** Returns weights that keep the variance of what they multiply. */
  private Tensor gaussian(Shape shape) {
    double inputs = (double) shape.count() / shape.extent(0);
    return Tensor.over(shape, random(shape.count(), Math.sqrt(2 / inputs)));
  }

  private float[] random(int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }
}
