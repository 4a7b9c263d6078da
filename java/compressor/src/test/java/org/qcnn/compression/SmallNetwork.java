package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** A network with everything that makes compression difficult: a shortcut, groups, strides. */
public final class SmallNetwork {
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();

  private SmallNetwork(long seed) {
    random = new Random(seed);
  }

  /** Image 3x16x16, ten scores. */
  public static Graph build(long seed) {
    SmallNetwork network = new SmallNetwork(seed);
    network.convolution("conv1", 16, 3, 3, 1, 1, "image");
    network.convolution("conv2", 16, 16, 3, 1, 1, "conv1");
    network.add("add", new Arithmetic(Arithmetic.Kind.ADD, Activation.RELU), "conv2", "conv1");
    // 5 does not divide the 16 channels.
    network.convolution("conv3", 24, 16, 3, 2, 1, "add");
    network.convolution("grouped", 32, 12, 3, 1, 2, "conv3");
    network.add(
        "pool", new Pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0), false, false), "grouped");
    network.add("flat", new Reshaping(Shape.of(512)), "pool");
    network.fullyConnected("fc1", 64, 512, Activation.RELU, "flat");
    network.fullyConnected("fc2", 10, 64, Activation.NONE, "fc1");
    return new Graph("image", Shape.of(3, 16, 16), network.nodes, List.of("fc2"), Map.of());
  }

  private void convolution(
      String name, int outputs, int channels, int kernel, int stride, int groups, String input) {
    Shape shape = Shape.of(outputs, channels, kernel, kernel);
    add(
        name,
        new Convolution(
            Window.square(kernel, stride, kernel / 2),
            groups,
            weights(shape),
            bias(outputs),
            Activation.RELU),
        input);
  }

  private void fullyConnected(
      String name, int outputs, int inputs, Activation activation, String input) {
    Shape shape = Shape.of(outputs, inputs);
    add(name, new FullyConnected(weights(shape), bias(outputs), activation), input);
  }

  private void add(String name, Operator operator, String... inputs) {
    nodes.add(new Node(name, operator, List.of(inputs), name));
  }

  private DenseWeights weights(Shape shape) {
    float[] values = new float[shape.count()];
    double deviation = Math.sqrt(2.0 / shape.count(1, shape.rank()));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new DenseWeights(Tensor.over(shape, values));
  }

  private float[] bias(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
    return values;
  }
}
