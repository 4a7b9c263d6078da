package org.qcnn.benchmarks.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.qcnn.data.ImageSource;
import org.qcnn.finetuning.Augmentation;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.ChannelOrder;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;
import org.qcnn.writer.OnnxWriter;

/**
 * Trains the networks {@code mlp3} (784-1000-10), {@code mlp5} (784-1000-1000-1000-10) and {@code
 * vgg} (six convolutions, two layers of 1024) and writes each as an ONNX file.
 *
 * <p>Arguments: CACHE with the unpacked data, SHARED with CIFAR-10's test images, FOLDER to write
 * to, then NETWORK[=EPOCHS[:WIDTH]] one or more times; WIDTH is that of vgg's first two layers.
 */
public final class TrainNetworks {
  private static final long SEED = 1;

  private final Path cache;
  private final Path shared;
  private final Path folder;
  private final int threads = Runtime.getRuntime().availableProcessors();

  private TrainNetworks(Path cache, Path shared, Path folder) {
    this.cache = cache;
    this.shared = shared;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 4) {
      throw new IllegalArgumentException("usage: CACHE SHARED FOLDER NETWORK[=EPOCHS[:WIDTH]]...");
    }
    TrainNetworks training =
        new TrainNetworks(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    for (String wish : Arrays.asList(arguments).subList(3, arguments.length)) {
      String[] parts = wish.split("[=:]", -1);
      int epochs = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
      int width = parts.length > 2 ? Integer.parseInt(parts[2]) : 32;
      switch (parts[0]) {
        case "mlp3" -> training.digits("mlp3", 1, epochs == 0 ? 30 : epochs);
        case "mlp5" -> training.digits("mlp5", 3, epochs == 0 ? 30 : epochs);
        case "vgg" -> training.vgg(width, epochs == 0 ? 26 : epochs);
        default ->
            throw new IllegalArgumentException("networks are mlp3, mlp5 and vgg, not " + parts[0]);
      }
    }
  }

  private void digits(String name, int hidden, int epochs) throws IOException {
    Shape shape = Shape.of(1, 28, 28);
    Preprocessing preprocessing =
        Preprocessing.of(ChannelOrder.GREY).withMean(33.3f).withScale(1 / 78.6f);
    NetworkBuilder builder = new NetworkBuilder(shape, SEED);
    for (int layer = 1; layer <= hidden; layer++) {
      builder.hidden("fc" + layer, 1000);
    }
    Graph start = builder.classes("scores", 10);
    // Shifts by one pixel.
    TrainingPlan plan =
        new TrainingPlan(epochs, 100, 0.05, 1e-4, false, new Augmentation(0.12, false, 0), SEED);
    try (ImageSource images =
            open(cache.resolve("mnist/train-images-idx3-ubyte"), preprocessing, shape);
        ImageSource test =
            open(cache.resolve("mnist/t10k-images-idx3-ubyte"), preprocessing, shape)) {
      finish(name, Trainer.train(start, plan, images, threads), preprocessing, test);
    }
  }

  private void vgg(int width, int epochs) throws IOException {
    Path data = cache.resolve("cifar10-train.bin");
    if (!Files.exists(data)) {
      CifarSheets.convert(cache.resolve("cifar10"), data);
    }
    Shape shape = Shape.of(3, 32, 32);
    Preprocessing preprocessing =
        Preprocessing.of(ChannelOrder.RGB)
            .withMean(123.675f, 116.28f, 103.53f)
            .withScale(1 / 58.395f, 1 / 57.12f, 1 / 57.375f);
    NetworkBuilder builder = new NetworkBuilder(shape, SEED);
    int[] filters = {width, 3 * width, 6 * width};
    for (int stage = 1; stage <= filters.length; stage++) {
      builder
          .convolution("conv" + stage + "_1", filters[stage - 1])
          .convolution("conv" + stage + "_2", filters[stage - 1])
          .pool("pool" + stage);
    }
    Graph start = builder.hidden("fc1", 1024).hidden("fc2", 1024).classes("scores", 10);
    TrainingPlan plan =
        new TrainingPlan(epochs, 64, 0.05, 5e-4, true, new Augmentation(0.125, true, 0), SEED);
    try (ImageSource images = open(data, preprocessing, shape);
        ImageSource test = open(shared.resolve("cifar10/test.bin.gz"), preprocessing, shape)) {
      finish("vgg", Trainer.train(start, plan, images, threads), preprocessing, test);
    }
  }

  private static ImageSource open(Path file, Preprocessing preprocessing, Shape shape) {
    return ImageSource.open(file.toString(), preprocessing, shape, null);
  }

  private void finish(String name, Graph graph, Preprocessing preprocessing, ImageSource test)
      throws IOException {
    Path file = folder.resolve(name + ".onnx");
    OnnxWriter.write(
        graph.withMetadata(Map.of(Metadata.PREPROCESSING, preprocessing.toText())), file);
    List<String> report =
        List.of(
            String.format(
                "%s: %.2f %% of %d test images wrong; written to %s",
                name, 100 * TestError.of(graph, test, threads), test.count(), file));
    report.forEach(System.out::println);
  }
}
