package org.qcnn.data;

import java.nio.FloatBuffer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Some images of a source, which stays the owner's: closing this closes nothing. */
public final class SelectedImages implements ImageSource {
  private final ImageSource all;
  private final int[] chosen;

  private SelectedImages(ImageSource all, int[] chosen) {
    this.all = all;
    this.chosen = chosen;
  }

  /**
   * Returns the images whose numbers {@code wanted} holds for, in their order.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static SelectedImages of(ImageSource all, IntPredicate wanted) {
    return of(all, IntStream.range(0, all.count()).filter(wanted).toArray());
  }

  /** Returns the images with these indices, in this order; otherwise as above. */
  public static SelectedImages of(ImageSource all, int... indices) {
    int[] chosen = indices.clone();
    if (chosen.length == 0) {
      throw new IllegalArgumentException("none of the images is chosen");
    }
    return new SelectedImages(all, chosen);
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
  public int shorterSide(int index) {
    return all.shorterSide(chosen[index]);
  }

  @Override
  public int label(int index) {
    return all.label(chosen[index]);
  }

  @Override
  public String description() {
    return chosen.length + " of " + all.description();
  }

  @Override
  public void close() {}
}
