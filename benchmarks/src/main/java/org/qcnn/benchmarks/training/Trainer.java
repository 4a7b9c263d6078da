package org.qcnn.benchmarks.training;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.function.DoubleConsumer;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.gradient.DifferentiableNetwork;
import org.qcnn.gradient.Learnt;
import org.qcnn.gradient.Logits;
import org.qcnn.gradient.Momentum;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;
import org.qcnn.tensor.Shape;

/** Trains a network by stochastic gradient descent on cross entropy. */
final class Trainer {
  private static final double MOMENTUM = 0.9;
  // Without it, a network without normalization may diverge in its first steps.
  private static final double LARGEST_GRADIENT = 5;

  private final TrainingPlan plan;
  private final ImageSource images;
  private final Workers workers;
  private final DifferentiableNetwork network;
  private final Shape shape;

  private Trainer(
      TrainingPlan plan,
      ImageSource images,
      Workers workers,
      DifferentiableNetwork network,
      Shape shape) {
    this.plan = plan;
    this.images = images;
    this.workers = workers;
    this.network = network;
    this.shape = shape;
  }

  /**
   * Returns the trained network.
   *
   * @param images with labels
   */
  static Graph train(Graph start, TrainingPlan plan, ImageSource images, int threads) {
    try (Workers workers = new Workers(threads);
        DifferentiableNetwork network =
            new DifferentiableNetwork(
                start, Logits.of(start), plan.batch(), Learnt.ALL, KernelSet.best(), workers)) {
      new Trainer(plan, images, workers, network, start.inputShape()).run();
      return network.current();
    }
  }

  private void run() {
    DoubleConsumer descent = descent();
    int steps = images.count() / plan.batch();
    int total = steps * plan.epochs();
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      long start = System.nanoTime();
      int[] order = shuffled(epoch);
      double loss = 0;
      for (int step = 0; step < steps; step++) {
        loss += gradient(order, step * plan.batch(), epoch);
        int done = epoch * steps + step;
        double warm = Math.min(1, (done + 1.0) / Math.max(1, steps / 2));
        descent.accept(warm * plan.rate() / 2 * (1 + Math.cos(Math.PI * done / total)));
        network.parametersChanged();
      }
      System.out.printf(
          "epoch %d of %d: loss %.4f, %.0f s%n",
          epoch + 1, plan.epochs(), loss / steps, (System.nanoTime() - start) / 1e9);
    }
  }

  private DoubleConsumer descent() {
    return plan.standardized()
        ? new StandardizedWeights(network.parameters(), MOMENTUM, plan.decay(), workers)::step
        : new Momentum(network.parameters(), MOMENTUM, plan.decay(), workers)::step;
  }

  private int[] shuffled(int epoch) {
    Random random = new Random(plan.seed() * 31 + epoch);
    int[] order = new int[images.count()];
    for (int i = 0; i < order.length; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /** Computes the gradient of a batch; returns its mean loss. */
  private double gradient(int[] order, int first, int epoch) {
    int scores = network.outputsPerImage();
    int size = shape.count();
    float[] targets = new float[plan.batch() * scores];
    FloatBuffer input = network.input();
    workers.run(
        plan.batch(),
        (index, thread) -> {
          int image = order[first + index];
          float[] pixels = new float[size];
          images.read(image, FloatBuffer.wrap(pixels));
          Random random = new Random(plan.seed() + epoch * 1_000_003L + image * 7919L);
          input.put(index * size, plan.augmentation().apply(pixels, shape, random));
          targets[index * scores + images.label(image)] = 1;
        });
    network.forward(plan.batch());
    float[] found = new float[targets.length];
    network.output().get(found);
    double loss = CrossEntropy.of(found, targets, scores);
    network.clearGradients();
    network.backward(plan.batch(), found);
    network.collectGradients();
    clip();
    return loss;
  }

  private void clip() {
    double square = 0;
    for (var parameter : network.parameters()) {
      for (float value : parameter.gradient()) {
        square += (double) value * value;
      }
    }
    double norm = Math.sqrt(square);
    if (norm > LARGEST_GRADIENT) {
      float factor = (float) (LARGEST_GRADIENT / norm);
      for (var parameter : network.parameters()) {
        float[] gradient = parameter.gradient();
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] *= factor;
        }
      }
    }
  }
}
