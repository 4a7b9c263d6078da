package org.qcnn.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.data.ImageSource;
import org.qcnn.finetuning.Augmentation;
import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;

class TrainerTest {
  private static final Shape SHAPE = Shape.of(2, 4, 4);

  /** Noise whose channel of the larger mean is the class. */
  private static final class Toy implements ImageSource {
    @Override
    public int count() {
      return 200;
    }

    @Override
    public void read(int index, FloatBuffer target) {
      Random random = new Random(index);
      for (int i = 0; i < SHAPE.count(); i++) {
        float mean = i / 16 == label(index) ? 0.5f : -0.5f;
        target.put(target.position() + i, mean + (float) random.nextGaussian());
      }
    }

    @Override
    public String name(int index) {
      return "image " + index;
    }

    @Override
    public int label(int index) {
      return index % 2;
    }

    @Override
    public String description() {
      return "toy images";
    }

    @Override
    public void close() {}
  }

  private static Graph start() {
    return new NetworkBuilder(SHAPE, 1)
        .convolution("conv", 8)
        .pool("p")
        .hidden("h", 16)
        .classes("s", 2);
  }

  private static Graph learnt(boolean standardized) {
    TrainingPlan plan = new TrainingPlan(10, 20, 0.05, 1e-4, standardized, Augmentation.NONE, 1);
    try (ImageSource images = new Toy()) {
      Graph trained = Trainer.train(start(), plan, images, 2);
      double error = TestError.of(trained, images, 2);
      assertTrue(error < 0.05, error + " wrong");
      assertTrue(error < TestError.of(start(), images, 2));
      return trained;
    }
  }

  @Test
  void learnsFromLabels() {
    learnt(false);
  }

  @Test
  void standardizedFiltersHaveNoMeanAndGainsThatAreLearnt() {
    float[] weights = learnt(true).nodes().get(0).operator().weights().decode().toArray();
    Set<Long> deviations = new HashSet<>();
    for (int filter = 0; filter < 8; filter++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < 18; i++) {
        sum += weights[filter * 18 + i];
        squares += weights[filter * 18 + i] * weights[filter * 18 + i];
      }
      assertEquals(0, sum / 18, 1e-6);
      // All are sqrt(2.93 / 18) at the start.
      deviations.add(Math.round(1e5 * squares));
    }
    assertTrue(deviations.size() > 1);
  }

  @Test
  void gradientOfCrossEntropyIsThatOfItsDifferences() {
    float[] targets = {0.2f, 0.5f, 0.3f, 0, 0, 1};
    float[] scores = {1, -2, 0.5f, 3, 0, 1};
    float[] gradient = scores.clone();
    CrossEntropy.of(gradient, targets, 3);
    for (int i = 0; i < scores.length; i++) {
      float[] above = scores.clone();
      float[] below = scores.clone();
      above[i] += 0.01f;
      below[i] -= 0.01f;
      double slope =
          (CrossEntropy.of(above, targets, 3) - CrossEntropy.of(below, targets, 3)) / 0.02;
      assertEquals(slope, gradient[i], 1e-4);
    }
  }

  @Test
  void sheetsBecomeRecords(@TempDir Path folder) throws IOException {
    for (int sheet = 1; sheet <= 5; sheet++) {
      BufferedImage image = new BufferedImage(1024, 2, BufferedImage.TYPE_INT_RGB);
      image.setRGB(3, 1, 0x010203 * sheet);
      ImageIO.write(image, "png", folder.resolve("data_batch_" + sheet + ".png").toFile());
    }
    Files.writeString(folder.resolve("train_lables.json"), "[0,1,2,3,4,5,6,7,8,9]");
    Path target = folder.resolve("out.bin");
    CifarSheets.convert(folder, target);
    byte[] bytes = Files.readAllBytes(target);
    assertEquals(10 * 3073, bytes.length);
    int record = 5 * 3073; // The second image of the third sheet.
    assertArrayEquals(
        new byte[] {5, 3, 6, 9},
        new byte[] {
          bytes[record],
          bytes[record + 1 + 3],
          bytes[record + 1 + 1024 + 3],
          bytes[record + 1 + 2048 + 3]
        });
  }
}
