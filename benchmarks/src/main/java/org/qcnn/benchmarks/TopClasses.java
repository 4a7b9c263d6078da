package org.qcnn.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/** How often a network names the class of a labelled image. */
final class TopClasses {
  private final ImageSource images;
  private final int threads;

  /** Shares of all images in percent. */
  record Shares(double topOne, double topFive) {}

  TopClasses(ImageSource images, int threads) {
    this.images = images;
    this.threads = threads;
  }

  Shares of(Graph graph) {
    int first = 0;
    int five = 0;
    FloatBuffer image =
        ByteBuffer.allocateDirect(4 * graph.inputShape().count())
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    float[] scores = new float[graph.shape(graph.outputs().get(0)).count()];
    try (Model model = Model.of(graph, KernelSet.best());
        Session session = model.newSession(threads)) {
      for (int i = 0; i < images.count(); i++) {
        images.read(i, image);
        session.run(image, FloatBuffer.wrap(scores));
        int better = 0;
        for (float score : scores) {
          better += score > scores[images.label(i)] ? 1 : 0;
        }
        first += better == 0 ? 1 : 0;
        five += better < 5 ? 1 : 0;
      }
    }
    return new Shares(100.0 * first / images.count(), 100.0 * five / images.count());
  }
}
