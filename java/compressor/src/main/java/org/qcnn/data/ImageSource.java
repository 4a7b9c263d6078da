package org.qcnn.data;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/**
 * Images ready for a network, for calibration and for measuring accuracy. Safe to read from several
 * threads.
 */
public interface ImageSource extends AutoCloseable {
  /** Returns the number of images, at least 1. */
  int count();

  /**
   * Reads one image, preprocessed.
   *
   * @param index 0 to {@link #count} - 1
   * @param target takes the values of one image, {@code [C, H, W]}, from its position on; the
   *     position stays where it is
   * @throws DataException if the image cannot be read, naming it
   */
  void read(int index, FloatBuffer target);

  /** Returns what reports call an image. */
  String name(int index);

  /** Returns the class of an image, -1 if it is not known. */
  int label(int index);

  /**
   * Returns the shorter side of an image in pixels, before preprocessing; 0 if it never had pixels.
   *
   * @throws DataException if the image cannot be read, naming it
   */
  default int shorterSide(int index) {
    return 0;
  }

  /** Returns what the images are and where they come from, for reports and provenance. */
  String description();

  /** Frees what the source holds. */
  @Override
  void close();

  /**
   * Opens images by what a user writes on the command line.
   *
   * @param argument a directory of images or one image file; a tensor file (.npy); MNIST's format
   *     (idx3, also .gz); CIFAR-10's (.bin, also .gz); or {@code random}, {@code random:COUNT} for
   *     Gaussian noise
   * @param preprocessing how pixels become the input; may be null for random images and tensors of
   *     float32, which are taken as they are
   * @param inputShape the shape of one image for the network
   * @param labels the classes: for a directory lines of file name, tab, class index; otherwise an
   *     idx1 file or one class index a line. Null: those lying beside the images, if any
   * @throws DataException if there are no such images, or labels that do not belong to them
   */
  static ImageSource open(
      String argument, Preprocessing preprocessing, Shape inputShape, Path labels) {
    if (argument.equals("random") || argument.startsWith("random:")) {
      return RandomImages.open(argument, inputShape);
    }
    Path path = Path.of(argument);
    if (!Files.exists(path)) {
      throw new DataException(argument + ": there is no such file or directory");
    }
    String name = path.getFileName() == null ? "" : path.getFileName().toString();
    if (name.endsWith(".npy")) {
      return TensorFile.open(path, preprocessing, inputShape, labels);
    }
    if (!Files.isDirectory(path) && !ImageDirectory.isImage(path)) {
      return openPacked(
          path, name, RequiredPreprocessing.fit(path, preprocessing, inputShape), labels);
    }
    return ImageDirectory.open(
        path, RequiredPreprocessing.fit(path, preprocessing, inputShape), labels);
  }

  private static ImageSource openPacked(
      Path path, String name, Preprocessing preprocessing, Path labels) {
    if (name.endsWith(".bin") || name.endsWith(".bin.gz")) {
      return CifarImages.open(path, preprocessing, labels);
    }
    if (name.contains("idx")) {
      return IdxImages.open(path, preprocessing, labels);
    }
    throw new DataException(
        path
            + " holds no images that can be read: expected a directory of images, .npy, idx3"
            + " (MNIST), .bin (CIFAR-10) or the word random");
  }
}
