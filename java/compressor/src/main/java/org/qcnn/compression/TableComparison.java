package org.qcnn.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.qcnn.data.ImageSource;
import org.qcnn.engine.Model;
import org.qcnn.engine.Session;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.kernel.KernelSet;

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
    List<float[]> expected = outputs(original);
    List<float[]> ofWords = outputs(words);
    List<float[]> ofBytes = outputs(bytes);
    return new TableReport.Comparison(
        count,
        error(ofWords, expected),
        error(ofBytes, expected),
        agreement(ofWords, expected),
        agreement(ofBytes, expected));
  }

  private List<float[]> outputs(Graph graph) {
    progress.run();
    List<float[]> outputs = new ArrayList<>();
    int inputs = graph.inputShape().count();
    FloatBuffer image =
        ByteBuffer.allocateDirect(inputs * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (Model model = Model.of(graph, KernelSet.best(), WayChoice.LOOKUP);
        Session session = model.newSession(threads)) {
      for (int i = 0; i < count; i++) {
        // Evenly spread over all of them.
        images.read((int) ((long) i * images.count() / count), image);
        float[] output = new float[graph.shape(graph.outputs().get(0)).count()];
        session.run(image, FloatBuffer.wrap(output));
        outputs.add(output);
      }
    }
    return outputs;
  }

  private static double error(List<float[]> found, List<float[]> expected) {
    double sum = 0;
    for (int i = 0; i < found.size(); i++) {
      double error = 0;
      double square = 0;
      for (int o = 0; o < found.get(i).length; o++) {
        error += Math.pow(found.get(i)[o] - expected.get(i)[o], 2);
        square += Math.pow(expected.get(i)[o], 2);
      }
      sum += square == 0 ? 0 : Math.sqrt(error / square);
    }
    return sum / found.size();
  }

  private static double agreement(List<float[]> found, List<float[]> expected) {
    int same = 0;
    for (int i = 0; i < found.size(); i++) {
      same += largest(found.get(i)) == largest(expected.get(i)) ? 1 : 0;
    }
    return (double) same / found.size();
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
