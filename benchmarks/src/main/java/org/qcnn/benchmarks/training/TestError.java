package org.qcnn.benchmarks.training;

import java.nio.FloatBuffer;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/** How often a network is wrong. */
final class TestError {
  private static final int BATCH = 100;

  private TestError() {}

  /** Returns the share of labelled images whose class is not the network's. */
  static double of(Graph graph, ImageSource images, int threads) {
    int size = graph.inputShape().count();
    int classes = graph.shape(graph.outputs().get(0)).count();
    int wrong = 0;
    try (Model model = Model.of(graph, KernelSet.best());
        Session session = model.newSession(threads)) {
      for (int first = 0; first < images.count(); first += BATCH) {
        int count = Math.min(BATCH, images.count() - first);
        FloatBuffer batch = FloatBuffer.allocate(count * size);
        for (int i = 0; i < count; i++) {
          images.read(first + i, batch.position(i * size));
        }
        float[] scores = new float[count * classes];
        session.run(batch.position(0), FloatBuffer.wrap(scores));
        for (int i = 0; i < count; i++) {
          wrong += largest(scores, i * classes, classes) == images.label(first + i) ? 0 : 1;
        }
      }
    }
    return (double) wrong / images.count();
  }

  private static int largest(float[] values, int at, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = values[at + i] > values[at + best] ? i : best;
    }
    return best;
  }
}
