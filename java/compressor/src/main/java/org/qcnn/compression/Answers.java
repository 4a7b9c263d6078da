package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/** What a network answers to images: its first output for each of them. Immutable. */
public final class Answers {
  private final List<float[]> outputs;

  private Answers(List<float[]> outputs) {
    this.outputs = List.copyOf(outputs);
  }

  /**
   * Runs a network.
   *
   * @param images of which {@code count}, evenly spaced, are taken
   * @param way how quantized convolutions run
   * @param threads to run on; the answers do not depend on it
   */
  public static Answers of(Graph graph, ImageSource images, int count, WayChoice way, int threads) {
    List<float[]> outputs = new ArrayList<>();
    int inputs = graph.inputShape().count();
    FloatBuffer image =
        ByteBuffer.allocateDirect(inputs * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (Model model = Model.of(graph, KernelSet.best(), way);
        Session session = model.newSession(threads)) {
      for (int i = 0; i < count; i++) {
        images.read((int) ((long) i * images.count() / count), image);
        float[] output = new float[graph.shape(graph.outputs().get(0)).count()];
        session.run(image, FloatBuffer.wrap(output));
        outputs.add(output);
      }
    }
    return new Answers(outputs);
  }

  /** Returns how many images there were. */
  public int count() {
    return outputs.size();
  }

  /** Returns the mean over images of the relative L2 distance to what is expected. */
  public double error(Answers expected) {
    double sum = 0;
    for (int i = 0; i < count(); i++) {
      sum += Math.sqrt(squaredError(expected, i));
    }
    return sum / count();
  }

  /** Returns the mean over images of the square of the relative L2 distance. */
  public double squaredError(Answers expected) {
    double sum = 0;
    for (int i = 0; i < count(); i++) {
      sum += squaredError(expected, i);
    }
    return sum / count();
  }

  private double squaredError(Answers expected, int image) {
    float[] found = outputs.get(image);
    float[] wanted = expected.outputs.get(image);
    double error = 0;
    double square = 0;
    for (int o = 0; o < found.length; o++) {
      error += Math.pow((double) found[o] - wanted[o], 2);
      square += Math.pow(wanted[o], 2);
    }
    return square == 0 ? 0 : error / square;
  }

  /** Returns the share of images whose largest output is the same. */
  public double agreement(Answers expected) {
    int same = 0;
    for (int i = 0; i < count(); i++) {
      same += best(i) == expected.best(i) ? 1 : 0;
    }
    return (double) same / count();
  }

  /** Returns the number of the largest output for an image. */
  public int best(int image) {
    float[] values = outputs.get(image);
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
