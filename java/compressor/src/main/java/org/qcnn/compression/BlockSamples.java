package org.qcnn.compression;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.moments.FixedMoments;
import org.qcnn.moments.ImageBlocks;
import org.qcnn.moments.InputStatistics;
import org.qcnn.moments.KeptSamples;
import org.qcnn.tensor.Shape;

/**
 * Draws samples of a layer's inputs from blocks of images. Which positions of an image are taken
 * depends on the image and on how many the whole set has, not on the shard.
 */
final class BlockSamples {
  private static final long SEED = 1;
  // Samples that are multiplied at once; a chunk is some images of one block.
  private static final int CHUNK_ROWS = 2048;
  // The triangle of products of so many inputs takes 268 MB.
  private static final int MOST_INPUTS = 8192;
  // Samples that are kept of a layer with more inputs: 205 MB for the 25088 inputs of VGG-16.
  private static final int MOST_KEPT = 2048;

  private final Node node;
  private final Patches patches;
  private final ActivationFile file;
  private final ImageBlocks blocks;
  private final Workers workers;
  private final int perImage;
  // Where the file has an image of the set.
  private final Map<Integer, Integer> places = new HashMap<>();

  /**
   * Prepares to draw.
   *
   * @param file the layer's inputs
   * @param held which image of the set each image of the file is
   */
  BlockSamples(
      Graph graph,
      Node node,
      ActivationFile file,
      int[] held,
      ImageBlocks blocks,
      Workers workers) {
    this.node = node;
    // With sub-vectors of one channel, the inputs are in the order of the weights.
    this.patches =
        new Patches(node, graph.shape(node.inputs().get(0)), graph.shape(node.output()), 1);
    this.file = file;
    this.blocks = blocks;
    this.workers = workers;
    this.perImage = LayerSamples.count(graph, node, blocks.images()) / blocks.images();
    for (int place = 0; place < held.length; place++) {
      places.put(held[place], place);
    }
  }

  /** Returns the multiply-adds of a layer's statistics. */
  static double products(Graph graph, Node node, ImageBlocks blocks) {
    Shape weights = node.operator().weights().shape();
    double inputs = weights.count(1, weights.rank());
    double samples = LayerSamples.count(graph, node, blocks.images());
    double part = (double) blocks.numbers().length * ImageBlocks.IMAGES / blocks.images();
    return keeps(samples, inputs) ? 0 : part * samples * inputs * inputs;
  }

  private static boolean keeps(double samples, double inputs) {
    return samples < inputs || inputs > MOST_INPUTS;
  }

  int groups() {
    return patches.groups();
  }

  /** Returns what is known of a group's inputs over all blocks. */
  InputStatistics statistics(int group) {
    int inputs = patches.layout().inputs();
    return keeps((double) perImage * blocks.images(), inputs) ? kept(group, inputs) : fixed(group);
  }

  private KeptSamples kept(int group, int inputs) {
    Map<Integer, float[]> found = new ConcurrentHashMap<>();
    for (int block : blocks.numbers()) {
      int first = ImageBlocks.first(block);
      workers.run(
          blocks.end(block) - first,
          (index, thread) -> {
            if (isKept(first + index, inputs)) {
              try (FloatMatrix x = new FloatMatrix(perImage, inputs)) {
                copy(first + index, group, x, 0);
                float[] samples = new float[perImage * inputs];
                x.values().get(samples);
                found.put(first + index, samples);
              }
            }
          });
    }
    return new KeptSamples(inputs, perImage, found);
  }

  /** Of a large layer some images are kept, evenly spaced over the whole set. */
  private boolean isKept(int image, int inputs) {
    long all = blocks.images();
    long most = inputs > MOST_INPUTS ? Math.max(1, Math.min(all, MOST_KEPT / perImage)) : all;
    return (image + 1) * most / all > image * most / all;
  }

  private FixedMoments fixed(int group) {
    int chunk = Math.max(1, Math.min(ImageBlocks.IMAGES, CHUNK_ROWS / perImage));
    try (FloatMatrix x = new FloatMatrix(chunk * perImage, patches.layout().inputs())) {
      FixedMoments.Builder moments;
      int first = Math.min(chunk, blocks.end(0));
      try (FloatMatrix rows = new FloatMatrix(first * perImage, x.columns())) {
        fill(0, first, group, rows);
        moments = new FixedMoments.Builder(rows, workers);
      }
      for (int block : blocks.numbers()) {
        for (int image = ImageBlocks.first(block); image < blocks.end(block); image += chunk) {
          int count = Math.min(chunk, blocks.end(block) - image);
          fill(image, count, group, x);
          moments.add(x, count * perImage);
        }
      }
      return moments.build();
    } catch (ArithmeticException overflow) {
      throw new GraphException(
          "the inputs of layer "
              + node.name()
              + " are thousands of times those of the first images of the set; put images first"
              + " that look like the others",
          overflow);
    }
  }

  private void fill(int firstImage, int count, int group, FloatMatrix x) {
    workers.run(count, (index, thread) -> copy(firstImage + index, group, x, index * perImage));
  }

  private void copy(int image, int group, FloatMatrix x, int row) {
    int[] positions = patches.choosePositions(perImage, SEED * 7919 + image);
    patches.copy(file, places.get(image), positions, group, x, row);
  }
}
