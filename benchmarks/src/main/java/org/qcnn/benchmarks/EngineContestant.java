package org.qcnn.benchmarks;

import java.nio.FloatBuffer;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/** A network on our engine, one image at a time. */
final class EngineContestant implements Contestant {
  private final String name;
  private final Model model;
  private final Session session;
  private final FloatBuffer image;
  private final FloatBuffer scores;

  EngineContestant(String name, Graph graph, int threads, FloatBuffer image) {
    this.name = name;
    this.image = image;
    model = Model.of(graph, KernelSet.best());
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
    model.close();
  }
}
