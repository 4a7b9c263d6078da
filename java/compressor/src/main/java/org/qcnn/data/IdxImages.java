package org.qcnn.data;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qcnn.image.Image;
import org.qcnn.image.Preprocessing;

/** Grey images in MNIST's format, {@code [images, height, width]}, held in memory as bytes. */
final class IdxImages implements ImageSource {
  private final Path file;
  private final IdxFile pixels;
  private final Preprocessing preprocessing;
  private final int[] labels;

  private IdxImages(Path file, IdxFile pixels, Preprocessing preprocessing, int[] labels) {
    this.file = file;
    this.pixels = pixels;
    this.preprocessing = preprocessing;
    this.labels = labels;
  }

  static IdxImages open(Path file, Preprocessing preprocessing, Path labels) {
    IdxFile pixels = IdxFile.read(file, 3);
    Path labelsFile = labels == null ? beside(file) : labels;
    int[] indices =
        labelsFile == null ? null : ClassIndices.read(labelsFile, pixels.shape().extent(0));
    return new IdxImages(file, pixels, preprocessing, indices);
  }

  /** Returns the labels by the usual naming, images-idx3 and labels-idx1, or null. */
  private static Path beside(Path file) {
    String images = file.getFileName().toString();
    String name = images.replace("images", "labels").replace("idx3", "idx1");
    Path labels = file.resolveSibling(name);
    return !name.equals(images) && Files.exists(labels) ? labels : null;
  }

  @Override
  public int count() {
    return pixels.shape().extent(0);
  }

  @Override
  public void read(int index, FloatBuffer target) {
    int height = pixels.shape().extent(1);
    int width = pixels.shape().extent(2);
    int size = height * width;
    preprocessing.apply(
        Image.grey(pixels.bytes().slice(index * size, size), width, height), target);
  }

  @Override
  public int shorterSide(int index) {
    return Math.min(pixels.shape().extent(1), pixels.shape().extent(2));
  }

  @Override
  public String name(int index) {
    return "image " + index;
  }

  @Override
  public int label(int index) {
    return labels == null ? -1 : labels[index];
  }

  @Override
  public String description() {
    return count() + " images of " + file;
  }

  @Override
  public void close() {}
}
