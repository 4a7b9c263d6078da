package org.qcnn.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.checkpoint.ContentDigest;
import org.qcnn.compression.CompressionProgress;
import org.qcnn.compression.MomentWalk;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Reshaping;
import org.qcnn.graph.Window;
import org.qcnn.image.Preprocessing;
import org.qcnn.moments.ImageBlocks;
import org.qcnn.moments.MomentsFile;
import org.qcnn.moments.NetworkMoments;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.writer.OnnxWriter;

/** Spark on two threads gives the bytes of a single machine. */
class MomentsJobTest {
  private static final int SIDE = 8;
  private static final int IMAGES = 75;

  @TempDir Path folder;
  private final Random random = new Random(3);
  private Path model;
  private Path preprocessing;
  private Path images;

  @BeforeEach
  void writeFiles() throws IOException {
    model = folder.resolve("network.onnx");
    OnnxWriter.write(graph(), model);
    preprocessing =
        Files.writeString(
            folder.resolve("preprocessing.json"),
            "{\"channels\": \"RGB\", \"mean\": 120, \"scale\": 0.02}");
    images = Files.createDirectory(folder.resolve("photos"));
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        image.setRGB(pixel % SIDE, pixel / SIDE, random.nextInt(1 << 24));
      }
      ImageIO.write(image, "png", images.resolve("photo " + i + ".png").toFile());
    }
    Files.writeString(images.resolve("labels.tsv"), "no image\t0\n");
  }

  private Graph graph() {
    Convolution convolution =
        new Convolution(
            Window.square(3, 1, 1), 1, weights(8, 3, 3, 3), new float[8], Activation.RELU);
    FullyConnected last =
        new FullyConnected(weights(3, 8 * SIDE * SIDE), new float[3], Activation.NONE);
    return new Graph(
        "image",
        Shape.of(3, SIDE, SIDE),
        List.of(
            new Node("conv", convolution, List.of("image"), "a"),
            new Node("flat", new Reshaping(Shape.of(8 * SIDE * SIDE)), List.of("a"), "b"),
            new Node("last", last, List.of("b"), "scores")),
        List.of("scores"),
        Map.of());
  }

  private DenseWeights weights(int... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.1f;
    }
    return new DenseWeights(Tensor.over(shape, values));
  }

  private static SparkConf local() {
    return new SparkConf()
        .setMaster("local[2]")
        .setAppName("test")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.driver.host", "127.0.0.1");
  }

  private NetworkMoments onThisMachine() throws IOException {
    Graph read = OnnxReader.read(model, ImportOptions.DEFAULT);
    Preprocessing fitted = PreprocessingFile.read(preprocessing).forInput(read.inputShape());
    try (ImageSource source =
        ImageSource.open(images.toString(), fitted, read.inputShape(), labels())) {
      return MomentWalk.measure(
          read,
          source,
          ImageBlocks.shard(IMAGES, 1, 1),
          new NetworkMoments.Origin(
              ContentDigest.of(read), ContentDigest.ofNames(source), IMAGES, fitted.toText()),
          2,
          CompressionProgress.NONE);
    }
  }

  /** Labels for all images, so that the ones beside them are not looked at. */
  private Path labels() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < IMAGES; i++) {
      lines.append("photo ").append(i).append(".png\t0\n");
    }
    return Files.writeString(folder.resolve("all.tsv"), lines);
  }

  @Test
  void theBytesAreThoseOfASingleMachine() throws IOException {
    byte[] expected = MomentsFile.toBytes(onThisMachine());
    try (JavaSparkContext spark = new JavaSparkContext(local())) {
      for (int shards : new int[] {3, 40}) {
        assertArrayEquals(
            expected,
            MomentsFile.toBytes(
                MomentsJob.run(spark, model, preprocessing, images.toString(), shards)),
            shards + " shards");
      }
    }
  }

  @Test
  void planIsForOneFolderOfImages() {
    assertThrows(DataException.class, () -> new ShardPlan(List.of("hdfs://a/labels.tsv"), 2));
    DataException twice =
        assertThrows(DataException.class, () -> new ShardPlan(List.of("a/1.png", "b/1.png"), 2));
    assertTrue(twice.getMessage().contains("two images are called 1.png"));
  }
}
