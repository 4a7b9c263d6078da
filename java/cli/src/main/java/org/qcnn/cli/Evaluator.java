package org.qcnn.cli;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;

/** Runs a network, and beside it a reference, on many images: one session for each thread. */
final class Evaluator {
  private final Model model;
  private final Optional<Model> reference;
  private final ImageSource images;
  private final Evaluation evaluation;

  private Evaluator(
      Model model, Optional<Model> reference, ImageSource images, Evaluation evaluation) {
    this.model = model;
    this.reference = reference;
    this.images = images;
    this.evaluation = evaluation;
  }

  /**
   * Measures accuracy and time.
   *
   * @throws GraphException if the reference takes other images or tells other classes apart
   */
  static Evaluation evaluate(
      Model model, Optional<Model> reference, ImageSource images, int threads) {
    reference.ifPresent(original -> checkFit(model.graph(), original.graph()));
    boolean labelled = images.label(0) >= 0;
    int used = Math.min(threads, images.count());
    Evaluation evaluation = new Evaluation(images.count(), used, labelled, reference.isPresent());
    new Evaluator(model, reference, images, evaluation).run(used);
    return evaluation;
  }

  private static void checkFit(Graph model, Graph reference) {
    if (!model.inputShape().equals(reference.inputShape())
        || ClassNames.count(model) != ClassNames.count(reference)) {
      throw new GraphException(
          "the reference is another network: it makes "
              + describe(reference)
              + ", the model makes "
              + describe(model));
    }
  }

  private static String describe(Graph graph) {
    return ClassNames.count(graph) + " scores of an input " + graph.inputShape();
  }

  private void run(int threads) {
    List<Lane> lanes = new ArrayList<>();
    try (Workers workers = new Workers(threads);
        Progress progress = Progress.start("evaluating", images.count())) {
      for (int i = 0; i < threads; i++) {
        lanes.add(new Lane());
      }
      workers.run(
          images.count(),
          (image, thread) -> {
            lanes.get(thread).classify(image);
            progress.step();
          });
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** What one thread works with. */
  private final class Lane implements AutoCloseable {
    private final FloatBuffer input = floats(model.graph().inputShape().count());
    private final FloatBuffer output = floats(ClassNames.count(model.graph()));
    private final Session session = model.newSession();
    private final Optional<Session> referenceSession = reference.map(Model::newSession);

    /** The first run allocates memory; it must not count as the time of an image. */
    Lane() {
      session.run(input, output.clear());
      referenceSession.ifPresent(other -> other.run(input, output.clear()));
    }

    void classify(int image) {
      images.read(image, input);
      int label = images.label(image);
      if (label >= output.capacity()) {
        throw new DataException(
            String.format(
                "%s has the class %d, but the network has only the classes 0 to %d",
                images.name(image), label, output.capacity() - 1));
      }
      Answer answer = answer(session, label);
      Optional<Answer> original = referenceSession.map(other -> answer(other, label));
      evaluation.add(image, answer, original);
    }

    private Answer answer(Session on, int label) {
      long start = System.nanoTime();
      on.run(input, output.clear());
      long nanoseconds = System.nanoTime() - start;
      return new Answer(new Ranking(output.clear()), label, nanoseconds);
    }

    @Override
    public void close() {
      session.close();
      referenceSession.ifPresent(Session::close);
    }
  }
}
