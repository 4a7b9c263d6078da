package org.qcnn.example;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.image.Classification;
import org.qcnn.image.ImageClassifier;

/** The code of the README, compiled and run; {@link ReadmeExampleTest} keeps the two the same. */
final class ReadmeExample {
  private ReadmeExample() {}

  static String classify(Path file, int[] argb, int width, int height) throws IOException {
    // README: image
    try (ImageClassifier classifier = ImageClassifier.open(file)) {
      List<Classification> best = classifier.classify(argb, width, height, 5);
      return best.get(0).label() + " " + best.get(0).score();
    }
    // README: end
  }

  static float[] scores(Path file, float[] images, int batch) throws IOException {
    // README: tensor
    try (Model model = Model.load(file);
        Session session = model.newSession(2)) { // on two threads
      FloatBuffer input = direct(images.length).put(images).flip(); // [batch, 3, 224, 224], say
      FloatBuffer output = direct(batch * 1000);
      session.run(input, output);
      float[] scores = new float[output.flip().remaining()];
      output.get(scores);
      return scores;
    }
    // README: end
  }

  private static FloatBuffer direct(int count) {
    return ByteBuffer.allocateDirect(count * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
