package org.qcnn.finetuning;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSplit;
import org.qcnn.gradient.Adam;
import org.qcnn.gradient.DifferentiableNetwork;
import org.qcnn.gradient.Learnt;
import org.qcnn.gradient.Logits;
import org.qcnn.gradient.Parameter;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

/**
 * Fine-tunes a quantized network: its codebooks and biases are changed so that it answers about
 * augmented, unlabelled images as the original network does. Some images are held out; the network
 * that does best on them is kept, the one from before included.
 */
public final class FineTuner implements AutoCloseable {
  // Bytes that values and gradients of a batch may take.
  private static final long MEMORY = 1L << 30;

  private final FineTuningSettings settings;
  private final Progress progress;
  private final Workers workers;
  private final DifferentiableNetwork network;
  private final Teacher teacher;
  private final ImageSplit split;
  private final ImageBatches learnt;
  private final DistillationLoss loss;
  private final int batch;

  private FineTuner(
      Graph original,
      Graph quantized,
      ImageSplit split,
      FineTuningSettings settings,
      int threads,
      Progress progress) {
    this.settings = settings;
    this.progress = progress;
    this.loss = new DistillationLoss(settings.temperature(), settings.logitWeight());
    this.split = split;
    this.batch = Math.min(settings.batch(), split.learnt().count());
    KernelSet kernels = KernelSet.best();
    String scores = Logits.of(original);
    this.workers = new Workers(threads);
    this.learnt = new ImageBatches(split.learnt(), original.inputShape(), workers);
    this.network =
        new DifferentiableNetwork(
            quantized,
            scores,
            capacity(quantized, batch),
            new Learnt(true, true, settings.denseWeights()),
            kernels,
            workers);
    this.teacher = new Teacher(original, scores, kernels, threads);
  }

  /** Hears how fine-tuning gets on; called from the thread that tunes. */
  public interface Progress {
    /** Some steps are done, {@code done} of {@code total}; {@code step} is the next in words. */
    void update(int done, int total, String step);
  }

  /**
   * A network after fine-tuning. The ranges of its quantized layers are those from before.
   *
   * @param graph with other codebooks, biases and constants
   */
  public record Result(Graph graph, FineTuningReport report) {}

  /**
   * Fine-tunes a network.
   *
   * @param original answers what the quantized network is to learn
   * @param quantized the same network, some of its layers quantized
   * @param images unlabelled
   * @param threads to use; the result does not depend on it
   */
  public static Result tune(
      Graph original,
      Graph quantized,
      ImageSplit images,
      FineTuningSettings settings,
      int threads,
      Progress progress) {
    try (FineTuner tuner =
        new FineTuner(original, quantized, images, settings, threads, progress)) {
      return tuner.run();
    }
  }

  /** Returns how many images of a batch are computed at once. */
  private static int capacity(Graph graph, int batch) {
    long floats = graph.inputShape().count();
    for (var node : graph.nodes()) {
      floats += 2L * graph.shape(node.output()).count();
    }
    return (int) Math.max(1, Math.min(batch, MEMORY / (floats * Float.BYTES)));
  }

  private Result run() {
    long start = System.nanoTime();
    progress.update(0, 1, "fine-tuning: asking the original network");
    HeldOut measured =
        new HeldOut(
            new ImageBatches(split.heldOut(), teacher.inputShape(), workers),
            loss,
            teacher,
            network.input(),
            network.capacity());
    FineTuningReport.Quality before = measured.measure(network);
    List<Parameter> parameters = network.parameters();
    Adam adam = new Adam(parameters, scales(parameters), workers);
    int steps = split.learnt().count() / batch;
    Schedule schedule = new Schedule(settings.rate(), settings.epochs() * steps);
    FineTuningReport.Quality best = before;
    FineTuningReport.Quality last = before;
    int bestEpoch = 0;
    Snapshot kept = Snapshot.of(parameters);
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      int[] order = shuffled(epoch);
      for (int step = 0; step < steps; step++) {
        int done = epoch * steps + step;
        report(epoch, done, settings.epochs() * steps, last, start);
        step(order, step, settings.seed() * 1_000_003 + epoch);
        adam.step(schedule.at(done));
        network.parametersChanged();
      }
      last = measured.measure(network);
      if (last.loss() < best.loss()) {
        best = last;
        bestEpoch = epoch + 1;
        kept = Snapshot.of(parameters);
      }
    }
    kept.restore();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(
        network.current(),
        new FineTuningReport(
            settings.epochs(),
            bestEpoch,
            split.learnt().count(),
            split.heldOut().count(),
            before,
            best,
            seconds));
  }

  /** Returns what the learning rate of each parameter is a part of. */
  private float[] scales(List<Parameter> parameters) {
    float[] scales = new float[parameters.size()];
    int images = Math.min(network.capacity(), split.heldOut().count());
    for (int i = 0; i < scales.length; i++) {
      Parameter parameter = parameters.get(i);
      scales[i] =
          (float)
              (parameter.kind() == Parameter.Kind.BIAS
                  ? network.outputMagnitude(parameter, images)
                  : parameter.rootMeanSquare());
    }
    return scales;
  }

  private int[] shuffled(int epoch) {
    int[] order = IntStream.range(0, split.learnt().count()).toArray();
    Random random = new Random(settings.seed() * 31 + epoch);
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int image = order[i];
      order[i] = order[other];
      order[other] = image;
    }
    return order;
  }

  /** Computes the gradient of one batch, as much at once as there is memory for. */
  private void step(int[] order, int step, long seed) {
    int scores = network.outputsPerImage();
    network.clearGradients();
    for (int first = step * batch; first < (step + 1) * batch; first += network.capacity()) {
      int count = Math.min(network.capacity(), (step + 1) * batch - first);
      learnt.read(order, first, count, settings.augmentation(), seed, network.input());
      float[] expected = teacher.scores(network.input(), count);
      network.forward(count);
      float[] found = new float[expected.length];
      network.output().get(found);
      float[] gradient = new float[expected.length];
      for (int image = 0; image < count; image++) {
        loss.of(found, expected, image * scores, scores, gradient, 1.0 / batch);
      }
      network.backward(count, gradient);
    }
    network.collectGradients();
  }

  private void report(int epoch, int done, int total, FineTuningReport.Quality last, long start) {
    double left = done == 0 ? 0 : (System.nanoTime() - start) / 1e9 / done * (total - done);
    String time =
        done == 0 ? "" : String.format(", %d:%02d left", (int) left / 60, (int) left % 60);
    progress.update(
        done,
        total,
        String.format(
            "fine-tuning, epoch %d of %d, held-out loss %.4f%s",
            epoch + 1, settings.epochs(), last.loss(), time));
  }

  @Override
  public void close() {
    teacher.close();
    network.close();
    workers.close();
  }
}
