package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qcnn.caffe.CaffeReader;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Window;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.zoo.Zoo;

/**
 * A network whose convolutions the cost model is fitted to.
 *
 * @param isReal whether it is one of the data folder, which must not become slower than dense
 */
record CostedNetwork(String name, Graph graph, boolean isReal) {
  /** Channels, extent of the map, filters, extent of the kernel, stride. */
  private static final int[][] SINGLE_LAYERS = {
    {3, 32, 32, 3, 1},
    {3, 224, 32, 3, 2},
    {1, 28, 20, 5, 1},
    {16, 16, 16, 3, 1},
    {16, 64, 8, 3, 1},
    {8, 24, 48, 5, 1},
    {24, 56, 48, 3, 2},
    {32, 112, 32, 3, 1},
    {32, 56, 128, 1, 1},
    {32, 32, 32, 3, 1},
    {32, 12, 32, 7, 1},
    {48, 10, 96, 3, 1},
    {64, 56, 64, 1, 1},
    {64, 28, 24, 3, 1},
    {64, 16, 64, 3, 1},
    {64, 14, 256, 1, 1},
    {64, 7, 64, 3, 1},
    {96, 27, 96, 5, 1},
    {128, 28, 128, 3, 2},
    {128, 14, 128, 3, 1},
    {128, 7, 128, 3, 1},
    {192, 13, 192, 3, 1},
    {256, 14, 64, 1, 1},
    {512, 7, 128, 1, 1},
  };

  /** Returns the networks of the data folder, as far as they are there. */
  static List<CostedNetwork> real(Path data) throws IOException {
    List<CostedNetwork> networks = new ArrayList<>();
    for (String file : List.of("cifar10/resnet20", "cifar10/resnet44", "resnet34/resnet34")) {
      Path onnx = data.resolve(file + ".onnx");
      if (Files.exists(onnx)) {
        Graph graph = OnnxReader.read(onnx, ImportOptions.DEFAULT);
        networks.add(new CostedNetwork(file.substring(file.indexOf('/') + 1), graph, true));
      }
    }
    Path lenet = data.resolve("lenet/deploy.prototxt");
    if (Files.exists(lenet)) {
      Graph graph = CaffeReader.read(lenet, data.resolve("lenet/lenet.caffemodel"));
      networks.add(new CostedNetwork("lenet", graph, true));
    }
    return networks;
  }

  /** Returns the networks of the zoo. */
  static List<CostedNetwork> zoo() {
    return Zoo.names().stream()
        .map(name -> new CostedNetwork(name, Zoo.build(name, 1), false))
        .toList();
  }

  /** Returns networks of one layer, of shapes that the others lack. */
  static List<CostedNetwork> singleLayers() {
    List<CostedNetwork> networks = new ArrayList<>();
    for (int[] shape : SINGLE_LAYERS) {
      networks.add(singleLayer(shape[0], shape[1], shape[2], shape[3], shape[4]));
    }
    return networks;
  }

  private static CostedNetwork singleLayer(
      int channels, int extent, int filters, int kernel, int stride) {
    Shape weights = Shape.of(filters, channels, kernel, kernel);
    Convolution layer =
        new Convolution(
            Window.square(kernel, stride, kernel / 2),
            1,
            new DenseWeights(Tensor.over(weights, ConvolutionLayer.random(weights.count()))),
            new float[filters],
            Activation.RELU);
    Node node = new Node("layer", layer, List.of("image"), "response");
    Shape image = Shape.of(channels, extent, extent);
    return new CostedNetwork(
        "synthetic",
        new Graph("image", image, List.of(node), List.of("response"), Map.of()),
        false);
  }
}
