package org.qcnn.finetuning;

import java.util.Random;
import org.qcnn.tensor.Shape;

/**
 * Random changes of images, as the network's input, that make many different images of few. None of
 * them needs to keep an image's class: the original network is asked about the changed image.
 *
 * @param shift the largest shift along each axis, as a part of the image's height and width; what
 *     it uncovers mirrors the image. A third of it for images of one channel: most of those are
 *     centred digits or letters
 * @param flips whether half of the images are mirrored left to right; never those of one channel,
 *     most of which are digits or letters
 * @param colour the largest relative change of contrast and of each channel's brightness
 */
public record Augmentation(double shift, boolean flips, double colour) {
  /** No change. */
  public static final Augmentation NONE = new Augmentation(0, false, 0);

  /** Changes that photographs and small pictures bear. */
  public static final Augmentation DEFAULT = new Augmentation(0.125, true, 0.2);

  /**
   * Changes one image; leaves one that is no map of channels as it is.
   *
   * @param image {@code [C, H, W]}
   * @return another array
   */
  public float[] apply(float[] image, Shape shape, Random random) {
    if (shape.rank() != 3) {
      return image.clone();
    }
    int height = shape.extent(1);
    int width = shape.extent(2);
    double reach = shape.extent(0) > 1 ? shift : shift / 3;
    int down = distance(reach, height, random);
    int right = distance(reach, width, random);
    boolean mirror = flips && shape.extent(0) > 1 && random.nextBoolean();
    float[] moved = new float[image.length];
    for (int row = 0; row < image.length / width; row++) {
      int source = row / height * height + inside(row % height + down, height);
      for (int x = 0; x < width; x++) {
        int from = inside(x + right, width);
        moved[row * width + x] = image[source * width + (mirror ? width - 1 - from : from)];
      }
    }
    if (colour > 0) {
      recolour(moved, shape, random);
    }
    return moved;
  }

  private static int distance(double reach, int extent, Random random) {
    int most = (int) (reach * extent);
    return random.nextInt(2 * most + 1) - most;
  }

  /** Returns a position mirrored into the image. */
  private static int inside(int position, int extent) {
    int mirrored = position < 0 ? -position : position;
    mirrored = mirrored >= extent ? 2 * extent - 2 - mirrored : mirrored;
    return Math.max(0, Math.min(extent - 1, mirrored));
  }

  private void recolour(float[] image, Shape shape, Random random) {
    int plane = shape.count(1, 3);
    double sum = 0;
    double squares = 0;
    for (float value : image) {
      sum += value;
      squares += (double) value * value;
    }
    double mean = sum / image.length;
    double deviation = Math.sqrt(Math.max(0, squares / image.length - mean * mean));
    double contrast = 1 + colour * (2 * random.nextDouble() - 1);
    double brightness = deviation * colour * (2 * random.nextDouble() - 1);
    for (int channel = 0; channel < shape.extent(0); channel++) {
      double own = deviation * colour / 2 * (2 * random.nextDouble() - 1);
      float factor = (float) contrast;
      float offset = (float) (mean - contrast * mean + brightness + own);
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        image[i] = factor * image[i] + offset;
      }
    }
  }
}
