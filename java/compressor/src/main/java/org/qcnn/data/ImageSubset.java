package org.qcnn.data;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/** Some images of a larger source, which stays the caller's to close. */
public final class ImageSubset implements ImageSource {
  private final ImageSource all;
  private final int[] chosen;
  private final String description;

  /**
   * Returns a subset.
   *
   * @param chosen indices into {@code all}, at least one
   * @param description of the subset, for reports
   */
  public ImageSubset(ImageSource all, int[] chosen, String description) {
    this.all = all;
    this.chosen = chosen.clone();
    this.description = description;
  }

  /**
   * Returns indices of images to hold out, in the middle of equal runs of images.
   *
   * @param images how many there are
   * @param oneOf one image of so many is held out
   * @param fewest but not fewer than these
   */
  public static int[] heldOut(int images, int oneOf, int fewest) {
    int count = Math.max(fewest, images / oneOf);
    return IntStream.range(0, count)
        .map(i -> (int) ((2L * i + 1) * images / (2L * count)))
        .toArray();
  }

  /** Returns all other indices below {@code images}, ascending. */
  public static int[] others(int images, int[] chosen) {
    boolean[] taken = new boolean[images];
    for (int index : chosen) {
      taken[index] = true;
    }
    return IntStream.range(0, images).filter(i -> !taken[i]).toArray();
  }

  @Override
  public int count() {
    return chosen.length;
  }

  @Override
  public void read(int index, FloatBuffer target) {
    all.read(chosen[index], target);
  }

  @Override
  public String name(int index) {
    return all.name(chosen[index]);
  }

  @Override
  public int label(int index) {
    return all.label(chosen[index]);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    // The images belong to whoever opened all of them.
  }
}
