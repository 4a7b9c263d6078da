package org.qcnn.data;

import java.nio.FloatBuffer;

/** Some images of a larger source, evenly spaced, so that sorted classes are all represented. */
public final class SampledImages implements ImageSource {
  private final ImageSource all;
  private final int count;
  private final String description;

  private SampledImages(ImageSource all, int count, String description) {
    this.all = all;
    this.count = count;
    this.description = description;
  }

  /** Returns at most {@code most} images of a source, which is closed with the result. */
  public static ImageSource of(ImageSource all, int most) {
    return all.count() <= most
        ? all
        : new SampledImages(all, most, most + " evenly spaced of " + all.description());
  }

  /** Returns the same, described by the name of a data set instead of a file's. */
  public static ImageSource named(ImageSource all, int most, String name) {
    int count = Math.min(all.count(), most);
    return new SampledImages(all, count, count + " images of " + name);
  }

  private int original(int index) {
    return (int) ((long) index * all.count() / count);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void read(int index, FloatBuffer target) {
    all.read(original(index), target);
  }

  @Override
  public int shorterSide(int index) {
    return all.shorterSide(original(index));
  }

  @Override
  public String name(int index) {
    return all.name(original(index));
  }

  @Override
  public int label(int index) {
    return all.label(original(index));
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    all.close();
  }
}
