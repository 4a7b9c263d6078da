package org.qcnn.golden;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.image.Image;
import org.qcnn.image.ImageClassifier;
import org.qcnn.image.Preprocessing;
import org.qcnn.kernel.JavaKernels;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.NativeKernels;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;

/**
 * Two compressed networks, with tables of 16 and of 8 bits, and what they said of twelve pictures
 * on x86-64, all made once and kept: every machine, instruction set and number of threads must say
 * the same to the last bit. All their layers are quantized, so they compute with integers. {@code
 * src/test/golden} makes the files.
 */
class GoldenNetworkTest {
  private static final int PICTURES = 12;
  private static final int SIDE = 28;
  private static final int CLASSES = 10;
  private static final int[] TABLE_BITS = {16, 8};

  @Test
  void javaKernelsGiveTheGoldenScores() throws IOException {
    check(new JavaKernels(), 1);
  }

  @Test
  void everyInstructionSetGivesTheGoldenScores() throws IOException {
    for (String name : NativeKernels.supportedInstructionSets()) {
      check(NativeKernels.forInstructionSet(name), 1);
    }
  }

  @Test
  void threadsChangeNothing() throws IOException {
    check(KernelSet.best(), 3);
  }

  @Test
  void classifierNamesTheHighestScore() throws IOException {
    float[] scores = scores(16, KernelSet.best(), 1);
    try (Model model = Model.of(network(16), KernelSet.best(), WayChoice.LOOKUP);
        ImageClassifier classifier = ImageClassifier.of(model)) {
      for (int i = 0; i < PICTURES; i++) {
        int named = classifier.classify(picture(i), 1).get(0).index();
        float highest = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < CLASSES; c++) {
          highest = Math.max(highest, scores[i * CLASSES + c]);
        }
        assertEquals(highest, scores[i * CLASSES + named], "picture " + i);
      }
    }
  }

  private static void check(KernelSet kernels, int threads) throws IOException {
    for (int bits : TABLE_BITS) {
      String name = "scores-" + bits + ".txt";
      String found = text(scores(bits, kernels, threads));
      Path kept = Files.createDirectories(Path.of("target", "golden")).resolve(name);
      Files.writeString(kept, found);
      String who = kernels.description() + " on " + threads + " threads; see " + kept;
      assertEquals(new String(resource(name), US_ASCII), found, who);
    }
  }

  /** Returns the scores of all pictures, run as one batch. */
  private static float[] scores(int bits, KernelSet kernels, int threads) throws IOException {
    Graph graph = network(bits);
    Preprocessing preprocessing =
        Preprocessing.parse(graph.metadata().get(Metadata.PREPROCESSING))
            .forInput(graph.inputShape());
    FloatBuffer input = FloatBuffer.allocate(PICTURES * SIDE * SIDE);
    for (int i = 0; i < PICTURES; i++) {
      preprocessing.apply(picture(i), input.duplicate().position(i * SIDE * SIDE));
    }
    float[] scores = new float[PICTURES * CLASSES];
    try (Model model = Model.of(graph, kernels, WayChoice.LOOKUP);
        Session session = model.newSession(threads)) {
      session.run(input, FloatBuffer.wrap(scores));
    }
    return scores;
  }

  /** Returns a line for each picture, in hexadecimal, which hides no difference. */
  private static String text(float[] scores) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < scores.length; i++) {
      text.append(Float.toHexString(scores[i])).append((i + 1) % CLASSES == 0 ? '\n' : ' ');
    }
    return text.toString();
  }

  private static Graph network(int bits) throws IOException {
    byte[] file = resource("network-" + bits + ".onnx");
    return OnnxReader.read(ByteBuffer.wrap(file), ImportOptions.DEFAULT);
  }

  private static Image picture(int index) throws IOException {
    ByteBuffer pictures = ByteBuffer.wrap(resource("pictures.bin"));
    return Image.grey(pictures.position(index * SIDE * SIDE), SIDE, SIDE);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = GoldenNetworkTest.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    }
  }
}
