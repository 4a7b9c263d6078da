package org.qcnn.authors;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Pooling;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.graph.Window;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** The AlexNet that the authors of Q-CNN quantized and published; fc6 is missing. */
final class AuthorsAlexNet {
  static final Shape IMAGE = Shape.of(3, 227, 227);
  private static final int MEAN_SIDE = 256;

  private final Path folder;
  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final float[] mean;

  /** Reads the network; the numbers are the places of the layers in the authors' list. */
  AuthorsAlexNet(Path folder) {
    this.folder = folder;
    Shape map = Shape.of(384, 13, 13);
    Window same = Window.square(3, 1, 1);
    convolution("conv1", "01", IMAGE, Shape.of(96, 3, 11, 11), Window.square(11, 4, 0));
    convolution(
        "conv2", "05", Shape.of(96, 27, 27), Shape.of(256, 48, 5, 5), Window.square(5, 1, 2));
    convolution("conv3", "09", Shape.of(256, 13, 13), Shape.of(384, 256, 3, 3), same);
    convolution("conv4", "11", map, Shape.of(384, 192, 3, 3), same);
    convolution("conv5", "13", map, Shape.of(256, 192, 3, 3), same);
    fullyConnected("fc7", "19", Shape.of(4096, 4096), 32, 4);
    fullyConnected("fc8", "22", Shape.of(1000, 4096), 16, 1);
    mean =
        AuthorsFiles.readFloats(
                folder.resolve("imagenet_mean.single.bin"), Shape.of(3, MEAN_SIDE, MEAN_SIDE))
            .toArray();
  }

  private void convolution(String name, String number, Shape input, Shape shape, Window window) {
    layers.put(name, new Layer(name, number, input, shape, window, 128, 8));
  }

  private void fullyConnected(String name, String number, Shape shape, int codewords, int size) {
    Shape input = Shape.of(shape.extent(1));
    layers.put(
        name, new Layer(name, number, input, shape, Window.square(1, 1, 0), codewords, size));
  }

  Layer layer(String name) {
    return layers.get(name);
  }

  Iterable<Layer> layers() {
    return layers.values();
  }

  /**
   * Returns everything from the image to pool5. Activations stand alone, so that responses can be
   * looked at before them.
   */
  Graph convolutions(Function<Layer, Weights> weights) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      Layer layer = layer("conv" + i);
      append(nodes, layer.name, layer.operator(weights.apply(layer), layer.bias.toArray()));
      append(nodes, "relu" + i, new Activate(Activation.RELU));
      if (i <= 2) {
        append(nodes, "norm" + i, new LocalResponseNormalization(5, 1e-4f, 0.75f, 1));
      }
      if (i <= 2 || i == 5) {
        Window window = Window.square(3, 2, 0);
        append(nodes, "pool" + i, new Pooling(Pooling.Kind.MAXIMUM, window, false, false));
      }
    }
    return new Graph("image", IMAGE, nodes, List.of("pool5"), Map.of());
  }

  private static void append(List<Node> nodes, String name, Operator operator) {
    String input = nodes.isEmpty() ? "image" : nodes.get(nodes.size() - 1).output();
    nodes.add(new Node(name, operator, List.of(input), name));
  }

  /** Reads photographs as the network wants them, one behind the other. */
  float[] photographs(Path directory, int... indices) {
    Preprocessing preprocessing =
        Preprocessing.of(ChannelOrder.BGR).withShorterSide(MEAN_SIDE).withCrop(227, 227);
    FloatBuffer images = FloatBuffer.allocate(indices.length * IMAGE.count());
    try (ImageSource source = ImageSource.open(directory.toString(), preprocessing, IMAGE, null)) {
      for (int index : indices) {
        source.read(index, images);
        subtractMean(images);
      }
    }
    return images.array();
  }

  /** Subtracts the centre of the mean image from the image at the position and moves behind it. */
  private void subtractMean(FloatBuffer image) {
    int border = (MEAN_SIDE - IMAGE.extent(1)) / 2;
    for (int channel = 0; channel < 3; channel++) {
      for (int y = 0; y < IMAGE.extent(1); y++) {
        int row = (channel * MEAN_SIDE + border + y) * MEAN_SIDE + border;
        for (int x = 0; x < IMAGE.extent(2); x++) {
          image.put(image.get(image.position()) - mean[row + x]);
        }
      }
    }
  }

  /** One layer as the files hold it. */
  final class Layer {
    final String name;
    final Shape input;
    final Shape shape;
    final Window window;
    final int groups;
    final Tensor codebooks;
    final byte[] assignments;
    final Tensor bias;

    private Layer(
        String name,
        String number,
        Shape input,
        Shape shape,
        Window window,
        int codewords,
        int size) {
      this.name = name;
      this.input = input;
      this.shape = shape;
      this.window = window;
      this.groups = input.extent(0) / shape.extent(1);
      int subspaces = (shape.extent(1) + size - 1) / size;
      int bits = Integer.numberOfTrailingZeros(codewords);
      codebooks =
          AuthorsFiles.readFloats(
              file("ctrdLst", number, "bin"), Shape.of(subspaces, codewords, size));
      assignments =
          AuthorsFiles.readAssignments(file("asmtLst", number, "cbn"), codes(subspaces), bits);
      bias = AuthorsFiles.readFloats(file("biasVec", number, "bin"), Shape.of(shape.extent(0)));
    }

    private Path file(String what, String number, String extension) {
      return folder.resolve("bvlc_alexnet_aCaF." + what + "." + number + "." + extension);
    }

    /** The channels of the weights make way for subspaces, which come last. */
    private Shape codes(int subspaces) {
      int[] extents = shape.extents();
      System.arraycopy(extents, 2, extents, 1, extents.length - 2);
      extents[extents.length - 1] = subspaces;
      return Shape.of(extents);
    }

    QuantizedWeights quantized(double inputRange, double responseRange) {
      return new QuantizedWeights(
          shape, codebooks, assignments, (float) inputRange, (float) responseRange);
    }

    DenseWeights dense() {
      return new DenseWeights(quantized(1, 1).decode());
    }

    Operator operator(Weights weights, float[] biases) {
      return shape.rank() == 2
          ? new FullyConnected(weights, biases, Activation.NONE)
          : new Convolution(window, groups, weights, biases, Activation.NONE);
    }

    /** Returns a network of this layer alone, without bias: what it gives are the responses. */
    Graph alone(Weights weights) {
      Operator operator = operator(weights, new float[shape.extent(0)]);
      Node node = new Node(name, operator, List.of("input"), "response");
      return new Graph("input", input, List.of(node), List.of("response"), Map.of());
    }
  }
}
