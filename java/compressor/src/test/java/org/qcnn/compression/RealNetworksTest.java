package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qcnn.caffe.CaffeReader;
import org.qcnn.data.ImageSource;
import org.qcnn.data.PhotoDecoder;
import org.qcnn.data.PreprocessingFile;
import org.qcnn.data.SharedData;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.KernelSet;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.writer.OnnxWriter;

/** Trained networks on real images, where they are at hand. */
class RealNetworksTest {
  @TempDir Path folder;

  @Test
  void leNetFromCaffeLosesLittleAtTwelveTimes() throws IOException {
    Graph graph =
        CaffeReader.read(
            SharedData.find("lenet/deploy.prototxt"), SharedData.find("lenet/lenet.caffemodel"));
    Preprocessing preprocessing =
        PreprocessingFile.read(SharedData.find("lenet/preprocessing.json"));
    try (ImageSource training =
            images("mnist/train-images-20000-idx3-ubyte.gz", preprocessing, graph);
        ImageSource test = images("mnist/t10k-images-idx3-ubyte.gz", preprocessing, graph)) {
      int original = correct(graph, test, test.count());
      assertEquals(9916, original, 1, "the published accuracy of exactly this file");
      CompressedNetwork compressed = compress(graph, training, 2000);
      Path file = folder.resolve("lenet.onnx");
      OnnxWriter.write(compressed.graph(), file);
      long originalSize = Files.size(SharedData.find("lenet/lenet.caffemodel"));
      double ratio = (double) originalSize / Files.size(file);
      assertTrue(ratio >= 12, "only " + ratio + " times smaller");
      int kept = correct(OnnxReader.read(file, ImportOptions.DEFAULT), test, test.count());
      assertTrue(original - kept <= 20, "lost " + (original - kept) + " of 10,000 images");
    }
  }

  @Test
  void resNet20OnCifar() throws IOException {
    Graph graph = OnnxReader.read(SharedData.find("cifar10/resnet20.onnx"), ImportOptions.DEFAULT);
    Preprocessing preprocessing =
        PreprocessingFile.read(SharedData.find("cifar10/resnet20.preprocessing.json"));
    try (ImageSource training = images("cifar10/calibration.bin.gz", preprocessing, graph);
        ImageSource test = images("cifar10/test.bin.gz", preprocessing, graph)) {
      int original = correct(graph, test, 2000);
      assertEquals(1833, original, 1, "what ONNX Runtime finds on the same images");
      int kept = correct(compress(graph, training, 400).graph(), test, 2000);
      assertTrue(original - kept <= 40, "lost " + (original - kept) + " of 2,000 images");
    }
  }

  @Test
  void resNet34GivesTheLogitsOfTheProgramItComesFrom() throws IOException {
    Graph graph = OnnxReader.read(SharedData.find("resnet34/resnet34.onnx"), ImportOptions.DEFAULT);
    // The golden images are cropped already.
    Preprocessing preprocessing =
        PreprocessingFile.read(SharedData.find("resnet34/preprocessing.json"))
            .withShorterSide(0)
            .forInput(graph.inputShape());
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession(2)) {
      for (String number : new String[] {"03", "14", "23", "39"}) {
        FloatBuffer input = direct(graph.inputShape().count());
        preprocessing.apply(
            PhotoDecoder.decode(SharedData.find("resnet34/golden/input_" + number + ".png")),
            input);
        FloatBuffer output = direct(1000);
        session.run(input, output);
        byte[] golden =
            Files.readAllBytes(SharedData.find("resnet34/golden/logits_" + number + ".f32"));
        FloatBuffer expected =
            ByteBuffer.wrap(golden).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double error = 0;
        double square = 0;
        for (int i = 0; i < 1000; i++) {
          error += Math.pow(output.get(i) - expected.get(i), 2);
          square += Math.pow(expected.get(i), 2);
        }
        assertTrue(Math.sqrt(error / square) < 1e-5, number + ": " + Math.sqrt(error / square));
      }
    }
  }

  private static CompressedNetwork compress(Graph graph, ImageSource images, int count) {
    return Compressor.compress(
        graph, new Every(images, count), CompressionSettings.DEFAULT, CompressionProgress.NONE);
  }

  private static ImageSource images(String name, Preprocessing preprocessing, Graph graph) {
    return ImageSource.open(
        SharedData.find(name).toString(), preprocessing, graph.inputShape(), null);
  }

  private static int correct(Graph graph, ImageSource images, int count) {
    int correct = 0;
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession(2)) {
      int classes = graph.shape(graph.outputs().get(0)).count();
      FloatBuffer input = direct(graph.inputShape().count());
      FloatBuffer output = direct(classes);
      for (int i = 0; i < count; i++) {
        images.read(i, input);
        session.run(input, output.clear());
        int best = 0;
        for (int k = 1; k < classes; k++) {
          best = output.get(k) > output.get(best) ? k : best;
        }
        correct += best == images.label(i) ? 1 : 0;
      }
    }
    return correct;
  }

  private static FloatBuffer direct(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Evenly spaced images of a larger source. */
  private record Every(ImageSource all, int count) implements ImageSource {
    @Override
    public void read(int index, FloatBuffer target) {
      all.read((int) ((long) index * all.count() / count), target);
    }

    @Override
    public String name(int index) {
      return all.name(index);
    }

    @Override
    public int label(int index) {
      return -1;
    }

    @Override
    public String description() {
      return all.description();
    }

    @Override
    public void close() {}
  }
}
