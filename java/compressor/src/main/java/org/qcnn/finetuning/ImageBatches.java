package org.qcnn.finetuning;

import java.nio.FloatBuffer;
import java.util.Random;
import org.qcnn.algebra.Workers;
import org.qcnn.data.ImageSource;
import org.qcnn.tensor.Shape;

/** Reads images of a source into batches. */
final class ImageBatches {
  private final ImageSource images;
  private final Shape shape;
  private final Workers workers;

  ImageBatches(ImageSource images, Shape shape, Workers workers) {
    this.images = images;
    this.shape = shape;
    this.workers = workers;
  }

  /** Returns the number of images that there are. */
  int count() {
    return images.count();
  }

  /**
   * Reads images as {@code augmentation} changes them.
   *
   * @param chosen numbers of the images
   * @param first the first of {@code chosen} to read, into the front of {@code target}
   * @param seed with an image's place in {@code chosen}, of its changes
   */
  void read(
      int[] chosen,
      int first,
      int count,
      Augmentation augmentation,
      long seed,
      FloatBuffer target) {
    workers.run(
        count,
        (index, thread) -> {
          float[] image = new float[shape.count()];
          images.read(chosen[first + index], FloatBuffer.wrap(image));
          float[] changed =
              augmentation.equals(Augmentation.NONE)
                  ? image
                  : augmentation.apply(image, shape, new Random(seed + (first + index) * 7919L));
          target.put(index * image.length, changed);
        });
  }
}
