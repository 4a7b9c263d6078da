package org.qcnn.allocation;

import org.qcnn.compression.Answers;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;

/** Measures how much of a network's accuracy is lost, on images that nothing was learnt from. */
final class HeldOutQuality {
  private final ImageSource images;
  private final int threads;
  private final Answers expected;
  private final boolean labelled;

  HeldOutQuality(Graph original, ImageSource images, int threads) {
    this.images = images;
    this.threads = threads;
    this.expected = answers(original);
    boolean all = true;
    for (int i = 0; i < images.count(); i++) {
      all &= images.label(i) >= 0;
    }
    this.labelled = all;
  }

  /** Returns whether there are labels for all images. */
  boolean isLabelled() {
    return labelled;
  }

  Answers answers(Graph graph) {
    return Answers.of(graph, images, images.count(), WayChoice.AUTOMATIC, threads);
  }

  /** Returns the mean relative L2 distance to the original's outputs. */
  double error(Answers found) {
    return found.error(expected);
  }

  /** Returns the points lost: of top-1 if there are labels, otherwise of agreement. */
  double loss(Answers found) {
    return labelled
        ? 100 * (topOne(expected) - topOne(found))
        : 100 * (1 - found.agreement(expected));
  }

  private double topOne(Answers answers) {
    int right = 0;
    for (int i = 0; i < answers.count(); i++) {
      right += answers.best(i) == images.label(i) ? 1 : 0;
    }
    return (double) right / answers.count();
  }
}
