package org.qcnn.data;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.qcnn.image.Image;
import org.qcnn.image.Preprocessing;

/** The image files of one directory, sorted by name, decoded when they are read. */
final class ImageDirectory implements ImageSource {
  private static final String LABELS = "labels.tsv";

  private final Path location;
  private final List<Path> files;
  private final Preprocessing preprocessing;
  private final int[] labels;

  private ImageDirectory(
      Path location, List<Path> files, Preprocessing preprocessing, int[] labels) {
    this.location = location;
    this.files = files;
    this.preprocessing = preprocessing;
    this.labels = labels;
  }

  /** Opens a directory, or a single image file. */
  static ImageDirectory open(Path location, Preprocessing preprocessing, Path labels) {
    List<Path> files = Files.isDirectory(location) ? list(location) : List.of(location);
    if (files.isEmpty()) {
      throw new DataException(
          location + " holds no images; looked for " + String.join(", ", PhotoDecoder.EXTENSIONS));
    }
    Path beside = location.resolve(LABELS);
    Path labelsFile = labels == null && Files.exists(beside) ? beside : labels;
    int[] indices = labelsFile == null ? null : DirectoryLabels.read(labelsFile, files);
    return new ImageDirectory(location, files, preprocessing, indices);
  }

  static boolean isImage(Path file) {
    return file.getFileName() != null && PhotoDecoder.isPhoto(file.getFileName().toString());
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(ImageDirectory::isImage)
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    } catch (IOException failure) {
      throw DataFile.unreadable(directory, failure);
    }
  }

  @Override
  public int count() {
    return files.size();
  }

  @Override
  public void read(int index, FloatBuffer target) {
    preprocessing.apply(PhotoDecoder.decode(files.get(index)), target);
  }

  @Override
  public int shorterSide(int index) {
    Image image = PhotoDecoder.decode(files.get(index));
    return Math.min(image.width(), image.height());
  }

  @Override
  public String name(int index) {
    return files.get(index).getFileName().toString();
  }

  @Override
  public int label(int index) {
    return labels == null ? -1 : labels[index];
  }

  @Override
  public String description() {
    return count() + " images of " + location;
  }

  @Override
  public void close() {}
}
