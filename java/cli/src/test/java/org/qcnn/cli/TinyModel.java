package org.qcnn.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Weights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.writer.OnnxWriter;

/** A tiny network with everything a user would have beside it, in one folder. */
final class TinyModel {
  static final int IMAGES = 6;
  private static final int SIDE = 8;

  final Path folder;
  final Path network;
  final Path preprocessing;
  final Path images;
  final Path labels;
  private final Random random = new Random(3);

  /** Writes network.onnx, preprocessing.json, names.txt, photos/ and photos/labels.tsv. */
  TinyModel(Path folder) {
    this.folder = folder;
    network = folder.resolve("network.onnx");
    preprocessing = folder.resolve("settings.json");
    images = folder.resolve("photos");
    labels = folder.resolve("labels.tsv");
    try {
      OnnxWriter.write(graph(), network);
      Files.writeString(
          preprocessing, "{\"channels\": \"RGB\", \"scale\": 0.01, \"labels\": \"names.txt\"}");
      Files.writeString(folder.resolve("names.txt"), "cat\ndog\nhen\n");
      writeImages();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private Graph graph() {
    Node first = new Node("first", convolution(16, 3), List.of("image"), "a");
    Node second = new Node("second", convolution(16, 16), List.of("a"), "b");
    Node flat = new Node("flat", new Reshaping(Shape.of(16 * SIDE * SIDE)), List.of("b"), "c");
    Node last =
        new Node(
            "last",
            new FullyConnected(weights(3, 16 * SIDE * SIDE), new float[3], Activation.NONE),
            List.of("c"),
            "scores");
    return new Graph(
        "image",
        Shape.of(3, SIDE, SIDE),
        List.of(first, second, flat, last),
        List.of("scores"),
        Map.of());
  }

  private Convolution convolution(int outputs, int inputs) {
    return new Convolution(
        Window.square(3, 1, 1),
        1,
        weights(outputs, inputs, 3, 3),
        new float[outputs],
        Activation.RELU);
  }

  private Weights weights(int... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    return new DenseWeights(Tensor.over(shape, values));
  }

  private void writeImages() throws IOException {
    Files.createDirectories(images);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        image.setRGB(pixel % SIDE, pixel / SIDE, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", image(i).toFile());
      lines.add("photo" + i + ".png\t" + i % 3);
    }
    Files.write(labels, lines);
  }

  Path image(int index) {
    return images.resolve("photo" + index + ".png");
  }

  /** Returns a compressed copy of the network. */
  Path compressed() {
    Path output = folder.resolve("small.onnx");
    CommandRun.of(
            "compress",
            network,
            "--calibration",
            images,
            "--preprocessing",
            preprocessing,
            "--layer",
            "second=4:16",
            "-o",
            output)
        .succeeds();
    return output;
  }
}
