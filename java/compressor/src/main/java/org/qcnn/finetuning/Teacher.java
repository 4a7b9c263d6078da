package org.qcnn.finetuning;

import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;

/** The original network, asked for its scores. */
final class Teacher implements AutoCloseable {
  private final Model model;
  private final Session session;
  private final int perImage;

  /**
   * Prepares a teacher.
   *
   * @param scores the value asked for
   */
  Teacher(Graph original, String scores, KernelSet kernels, int threads) {
    Graph graph =
        new Graph(
            original.input(),
            original.inputShape(),
            original.nodes(),
            List.of(scores),
            original.metadata());
    perImage = graph.shape(scores).count();
    model = Model.of(graph, kernels);
    session = model.newSession(threads);
  }

  /** Returns the shape of one image. */
  Shape inputShape() {
    return model.graph().inputShape();
  }

  /** Returns the scores of some images, from the start of a buffer. */
  float[] scores(FloatBuffer images, int count) {
    float[] scores = new float[count * perImage];
    int inputs = model.graph().inputShape().count();
    session.run(images.duplicate().position(0).limit(count * inputs), FloatBuffer.wrap(scores));
    return scores;
  }

  @Override
  public void close() {
    session.close();
    model.close();
  }
}
