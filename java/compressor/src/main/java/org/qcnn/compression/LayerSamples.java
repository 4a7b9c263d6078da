package org.qcnn.compression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.training.MomentObjective;
import org.qcnn.training.Moments;
import org.qcnn.training.ResponseObjective;
import org.qcnn.training.SampleObjective;

/**
 * Draws a layer's training samples from all calibration images: inputs from the network whose
 * earlier layers are quantized, responses from the original one, at the same positions.
 */
final class LayerSamples {
  private static final int CHUNK_ROWS = 1024;
  private static final int FEWEST_SAMPLES = 16384;
  private static final int MOST_SAMPLES = 65536;
  // Wide layers learn their samples by heart if there are only a few for each input.
  private static final int SAMPLES_PER_INPUT = 24;

  private final Patches patches;
  private final ActivationFile quantizedInput;
  private final ActivationFile originalInput;
  private final Tensor weights;
  private final int images;
  private final int positionsPerImage;
  private final Optional<Addend> addend;
  private final long seed;
  private final Workers workers;

  LayerSamples(
      Patches patches,
      ActivationFile quantizedInput,
      ActivationFile originalInput,
      Tensor weights,
      Optional<Addend> addend,
      int images,
      long seed,
      Workers workers) {
    this.addend = addend;
    this.patches = patches;
    this.quantizedInput = quantizedInput;
    this.originalInput = originalInput;
    this.weights = weights;
    this.images = images;
    this.seed = seed;
    this.workers = workers;
    positionsPerImage = positionsPerImage(patches.layout().inputs(), patches.positions(), images);
  }

  /**
   * Returns how many positions of each image are taken.
   *
   * @param inputs of one group
   * @param positions of the output of one image
   */
  static int positionsPerImage(int inputs, int positions, int images) {
    int wanted = Math.max(FEWEST_SAMPLES, Math.min(MOST_SAMPLES, SAMPLES_PER_INPUT * inputs));
    return Math.min(positions, (wanted + images - 1) / images);
  }

  /** Returns the number of samples that a layer is trained on. */
  static int count(Graph graph, Node layer, int images) {
    Shape weights = layer.operator().weights().shape();
    Shape output = graph.shape(layer.output());
    int positions = layer.operator() instanceof Convolution ? output.count(1, 3) : 1;
    return images * positionsPerImage(weights.count(1, weights.rank()), positions, images);
  }

  /** Returns the number of samples. */
  int count() {
    return images * positionsPerImage;
  }

  /** Returns one objective per group; the caller closes them. */
  List<ResponseObjective> objectives(double ridge) {
    List<ResponseObjective> objectives = new ArrayList<>();
    try {
      for (int group = 0; group < patches.groups(); group++) {
        FloatMatrix original = patches.weights(weights, group);
        objectives.add(
            count() < patches.layout().inputs()
                ? fromSamples(group, original, ridge)
                : fromMoments(group, original, ridge));
      }
      return objectives;
    } catch (RuntimeException | Error failure) {
      objectives.forEach(ResponseObjective::close);
      throw failure;
    }
  }

  private ResponseObjective fromSamples(int group, FloatMatrix original, double ridge) {
    FloatMatrix x = new FloatMatrix(count(), original.rows());
    FloatMatrix t = new FloatMatrix(count(), original.columns());
    collect(group, 0, images, original, x, t);
    return new SampleObjective(x, t, original, ridge, workers);
  }

  private ResponseObjective fromMoments(int group, FloatMatrix original, double ridge) {
    int chunkImages = Math.max(1, CHUNK_ROWS / positionsPerImage);
    int rows = Math.min(chunkImages, images) * positionsPerImage;
    Moments moments = new Moments(original.rows(), original.columns(), workers);
    try (FloatMatrix x = new FloatMatrix(rows, original.rows());
        FloatMatrix t = new FloatMatrix(rows, original.columns())) {
      for (int first = 0; first < images; first += chunkImages) {
        int last = Math.min(images, first + chunkImages);
        collect(group, first, last, original, x, t);
        moments.add(x, t, (last - first) * positionsPerImage);
      }
    }
    return new MomentObjective(moments.finish(), original, ridge, workers);
  }

  /** Fills the first rows of x and t with the samples of some images. */
  private void collect(
      int group, int first, int last, FloatMatrix original, FloatMatrix x, FloatMatrix t) {
    workers.run(
        last - first,
        (index, thread) -> {
          int image = first + index;
          int row = index * positionsPerImage;
          int[] positions = patches.choosePositions(positionsPerImage, seed * 7919 + image);
          // The response is taken from the original input, then x is filled with the quantized one.
          patches.copy(originalInput, image, positions, group, x, row);
          t.block(row, positions.length, 0, t.columns())
              .addProduct(0f, 1f, x.block(row, positions.length, 0, x.columns()), original.whole());
          addend.ifPresent(other -> other.addError(image, positions, group, t, row));
          if (quantizedInput != originalInput) {
            patches.copy(quantizedInput, image, positions, group, x, row);
          }
        });
  }
}
