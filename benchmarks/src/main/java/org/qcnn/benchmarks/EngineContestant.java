package org.qcnn.benchmarks;

import java.nio.FloatBuffer;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;

/** A network on our engine, one image at a time; the model stays open for others. */
final class EngineContestant implements Contestant {
  private final String name;
  private final Session session;
  private final FloatBuffer image;
  private final FloatBuffer scores;

  EngineContestant(String name, Model model, int threads, FloatBuffer image) {
    this.name = name;
    this.image = image;
    Graph graph = model.graph();
    session = model.newSession(threads);
    scores = RandomImage.directFloats(graph.shape(graph.outputs().get(0)).count());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run() {
    session.run(image, scores.clear());
  }

  @Override
  public void close() {
    session.close();
  }
}
