package org.qcnn.data;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Calibration images, divided. What is held out must not be seen by anything that is learnt,
 * quantization included: otherwise the network from before looks better than it is.
 *
 * @param learnt images that codebooks are learnt from
 * @param heldOut images that the quality of a network is measured on, evenly spaced
 */
public record ImageSplit(ImageSource learnt, ImageSource heldOut) {
  /** The fewest images to divide. */
  public static final int FEWEST_IMAGES = 20;

  private static final int FEWEST_HELD_OUT = 10;
  // One image of so many is held out.
  private static final int HELD_OUT = 6;

  /**
   * Divides images.
   *
   * @throws DataException if there are too few
   */
  public static ImageSplit of(ImageSource images) {
    int all = images.count();
    if (all < FEWEST_IMAGES) {
      throw new DataException(
          "holding some images out needs at least "
              + FEWEST_IMAGES
              + " images, not "
              + all
              + "; give more with --calibration, or leave --fine-tune and the goals out");
    }
    int count = Math.max(FEWEST_HELD_OUT, all / HELD_OUT);
    // In the middle of equal runs of images.
    Set<Integer> heldOut =
        IntStream.range(0, count)
            .mapToObj(i -> (int) ((2L * i + 1) * all / (2L * count)))
            .collect(Collectors.toSet());
    return new ImageSplit(
        SelectedImages.of(images, image -> !heldOut.contains(image)),
        SelectedImages.of(images, heldOut::contains));
  }
}
