package org.qcnn.finetuning;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.qcnn.gradient.DifferentiableNetwork;

/** Images that are not learnt from, with the answers of the original network. */
final class HeldOut {
  private final ImageBatches images;
  private final int[] chosen;
  private final DistillationLoss loss;
  private final List<float[]> answers = new ArrayList<>();

  /** Asks the teacher about all images; {@code buffer} is where batches are read to. */
  HeldOut(
      ImageBatches images, DistillationLoss loss, Teacher teacher, FloatBuffer buffer, int batch) {
    this.images = images;
    this.chosen = IntStream.range(0, images.count()).toArray();
    this.loss = loss;
    for (int first = 0; first < chosen.length; first += batch) {
      int count = Math.min(batch, chosen.length - first);
      images.read(chosen, first, count, Augmentation.NONE, 0, buffer);
      answers.add(teacher.scores(buffer, count));
    }
  }

  /** Returns how near a network comes to the teacher. */
  FineTuningReport.Quality measure(DifferentiableNetwork network) {
    double sum = 0;
    int same = 0;
    int scores = network.outputsPerImage();
    int batch = network.capacity();
    for (int part = 0; part < answers.size(); part++) {
      float[] expected = answers.get(part);
      int count = expected.length / scores;
      images.read(chosen, part * batch, count, Augmentation.NONE, 0, network.input());
      network.forward(count);
      float[] found = new float[expected.length];
      network.output().get(found);
      for (int image = 0; image < count; image++) {
        int at = image * scores;
        sum += loss.of(found, expected, at, scores, null, 0);
        same += largest(found, at, scores) == largest(expected, at, scores) ? 1 : 0;
      }
    }
    return new FineTuningReport.Quality(sum / chosen.length, (double) same / chosen.length);
  }

  private static int largest(float[] values, int at, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = values[at + i] > values[at + best] ? i : best;
    }
    return best;
  }
}
