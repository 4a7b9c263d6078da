package org.qcnn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/** The networks and single layers that the cost model is fitted to. */
final class CostNetworks {
  private CostNetworks() {}

  static Map<String, Graph> all(Path data, boolean small) throws IOException {
    Map<String, Graph> networks = new LinkedHashMap<>();
    for (String name : List.of("resnet20", "resnet44")) {
      networks.put(
          name, OnnxReader.read(data.resolve("cifar10/" + name + ".onnx"), ImportOptions.DEFAULT));
    }
    if (Files.exists(data.resolve("lenet"))) {
      networks.put(
          "lenet",
          CaffeReader.read(
              data.resolve("lenet/deploy.prototxt"), data.resolve("lenet/lenet.caffemodel")));
    }
    networks.putAll(synthetic(small));
    if (!small) {
      networks.put(
          "resnet34",
          OnnxReader.read(data.resolve("resnet34/resnet34.onnx"), ImportOptions.DEFAULT));
      for (String name : Zoo.names()) {
        networks.put(name, Zoo.build(name, 1));
      }
    }
    return networks;
  }

  private static Map<String, Graph> synthetic(boolean small) {
    Map<String, Graph> layers = new LinkedHashMap<>();
    int[][] shapes = {
      // channels, side, outputs, kernel, stride
      {3, 32, 32, 3, 1},
      {3, 224, 64, 3, 1},
      {3, 224, 32, 3, 2},
      {1, 28, 20, 5, 1},
      {16, 16, 16, 3, 1},
      {32, 32, 32, 3, 1},
      {64, 16, 64, 3, 1},
      {64, 56, 64, 1, 1},
      {256, 14, 64, 1, 1},
      {64, 14, 256, 1, 1},
      {512, 7, 128, 1, 1},
      {128, 28, 128, 3, 2},
      {64, 7, 64, 3, 1},
      {128, 7, 128, 3, 1},
      {128, 14, 128, 3, 1},
      {96, 27, 96, 5, 1},
      {32, 112, 32, 3, 1},
      {32, 56, 128, 1, 1},
      {24, 56, 48, 3, 2},
      {48, 10, 96, 3, 1},
      {192, 13, 192, 3, 1},
      {64, 28, 24, 3, 1},
      {16, 64, 8, 3, 1},
      {8, 24, 48, 5, 1},
      {32, 12, 32, 7, 1},
    };
    for (int[] s : shapes) {
      if (small && s[1] > 100) {
        continue;
      }
      Shape weights = Shape.of(s[2], s[0], s[3], s[3]);
      Convolution layer =
          new Convolution(
              Window.square(s[3], s[4], s[3] / 2),
              1,
              new DenseWeights(Tensor.over(weights, ConvolutionLayer.random(weights.count()))),
              new float[s[2]],
              Activation.RELU);
      String name =
          s[0] + "x" + s[1] + "x" + s[1] + "-" + s[2] + "," + s[3] + "x" + s[3] + "/" + s[4];
      layers.put(
          name,
          new Graph(
              "image",
              Shape.of(s[0], s[1], s[1]),
              new ArrayList<>(List.of(new Node("layer", layer, List.of("image"), "response"))),
              List.of("response"),
              Map.of()));
    }
    return layers;
  }
}
