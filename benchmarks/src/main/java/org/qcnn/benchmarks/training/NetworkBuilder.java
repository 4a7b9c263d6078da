package org.qcnn.benchmarks.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.qcnn.graph.Activation;
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

/**
 * A network of layers one after the other, with weights to begin training from (He et al., 2015).
 */
final class NetworkBuilder {
  private final Shape input;
  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private String top = "image";
  private Shape shape;

  NetworkBuilder(Shape input, long seed) {
    this.input = input;
    this.random = new Random(seed);
    this.shape = input;
  }

  /** Adds a convolution of 3x3 with a rectified linear unit. */
  NetworkBuilder convolution(String name, int outputs) {
    Shape weights = Shape.of(outputs, shape.extent(0), 3, 3);
    return add(
        name,
        new Convolution(
            Window.square(3, 1, 1), 1, draw(weights, 2), new float[outputs], Activation.RELU));
  }

  /** Adds a maximum over squares of 2x2. */
  NetworkBuilder pool(String name) {
    return add(name, new Pooling(Pooling.Kind.MAXIMUM, Window.square(2, 2, 0), false, false));
  }

  /** Adds a fully-connected layer with a rectified linear unit; flattens a map. */
  NetworkBuilder hidden(String name, int outputs) {
    flatten();
    Shape weights = Shape.of(outputs, shape.count());
    return add(name, new FullyConnected(draw(weights, 2), new float[outputs], Activation.RELU));
  }

  /** Adds the layer of scores and returns the network. */
  Graph classes(String name, int outputs) {
    flatten();
    Shape weights = Shape.of(outputs, shape.count());
    add(name, new FullyConnected(draw(weights, 1), new float[outputs], Activation.NONE));
    return new Graph("image", input, nodes, List.of(top), Map.of());
  }

  private void flatten() {
    if (shape.rank() > 1) {
      add("flatten", new Reshaping(Shape.of(shape.count())));
    }
  }

  private NetworkBuilder add(String name, Operator operator) {
    nodes.add(new Node(name, operator, List.of(top), name));
    shape = operator.outputShape(List.of(shape));
    top = name;
    return this;
  }

  private DenseWeights draw(Shape weights, double gain) {
    float[] values = new float[weights.count()];
    double deviation = Math.sqrt(gain / weights.count(1, weights.rank()));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new DenseWeights(Tensor.over(weights, values));
  }
}
