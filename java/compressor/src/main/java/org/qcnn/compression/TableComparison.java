package org.qcnn.compression;

import org.qcnn.data.ImageSource;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;

/** Runs a network, dense and with both widths of lookup tables, on calibration images. */
final class TableComparison {
  // Enough to see what 2 % of an error are, in a few seconds.
  private static final int LARGEST_IMAGES = 64;

  private final ImageSource images;
  private final int count;
  private final int threads;
  private final Runnable progress;

  /**
   * Prepares a comparison.
   *
   * @param progress called for each network
   */
  TableComparison(ImageSource images, int threads, Runnable progress) {
    this.images = images;
    this.count = Math.min(LARGEST_IMAGES, images.count());
    this.threads = threads;
    this.progress = progress;
  }

  TableReport.Comparison compare(Graph original, Graph words, Graph bytes) {
    Answers expected = answers(original);
    Answers ofWords = answers(words);
    Answers ofBytes = answers(bytes);
    return new TableReport.Comparison(
        count,
        ofWords.error(expected),
        ofBytes.error(expected),
        ofWords.agreement(expected),
        ofBytes.agreement(expected));
  }

  private Answers answers(Graph graph) {
    progress.run();
    return Answers.of(graph, images, count, WayChoice.LOOKUP, threads);
  }
}
