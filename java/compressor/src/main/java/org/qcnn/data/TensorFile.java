package org.qcnn.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.qcnn.image.Image;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/**
 * Images in one NumPy file, {@code [N, C, H, W]} or {@code [N, features]}: float32 taken as the
 * network's input as they are, or uint8 pixels in planes of red, green, blue (or grey), which are
 * preprocessed. Read from disk one by one.
 */
final class TensorFile implements ImageSource {
  private final Path file;
  private final FileChannel channel;
  private final NpyHeader header;
  private final Shape image;
  private final Preprocessing preprocessing;
  private final int[] labels;

  private TensorFile(
      Path file,
      FileChannel channel,
      NpyHeader header,
      Preprocessing preprocessing,
      Shape inputShape,
      Path labels)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.image = image(file, header.shape(), inputShape, preprocessing != null);
    this.preprocessing = preprocessing;
    long expected = header.offset() + (long) count() * imageBytes();
    if (channel.size() != expected) {
      throw new DataException(
          file
              + " should have "
              + expected
              + " bytes, but has "
              + channel.size()
              + "; copy it again");
    }
    this.labels = labels == null ? null : ClassIndices.read(labels, count());
  }

  static TensorFile open(Path file, Preprocessing preprocessing, Shape inputShape, Path labels) {
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file);
      NpyHeader header = NpyHeader.read(channel, file);
      Preprocessing needed =
          header.type().equals("<f4")
              ? null
              : RequiredPreprocessing.fit(file, preprocessing, inputShape);
      return new TensorFile(file, channel, header, needed, inputShape, labels);
    } catch (IOException failure) {
      closeQuietly(channel);
      throw DataFile.unreadable(file, failure);
    } catch (RuntimeException refused) {
      closeQuietly(channel);
      throw refused;
    }
  }

  /** Returns the shape of one image in the file. */
  private static Shape image(Path file, List<Integer> shape, Shape input, boolean hasPixels) {
    List<Integer> image = shape.isEmpty() ? shape : shape.subList(1, shape.size());
    List<Integer> wanted = Arrays.stream(input.extents()).boxed().toList();
    if (image.equals(wanted) || image.equals(List.of(input.count()))) {
      return input;
    }
    double values = image.stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    boolean isPicture =
        image.size() == 3
            && (image.get(0) == 1 || image.get(0) == 3)
            && values < DataFile.MAX_BYTES;
    if (!hasPixels || !isPicture) {
      throw new DataException(
          file
              + " has the shape "
              + shape
              + "; the network takes images of "
              + wanted
              + ", so expected [N, "
              + wanted.toString().substring(1)
              + (hasPixels ? " or [N, 1 or 3, height, width]" : ""));
    }
    return Shape.of(image.get(0), image.get(1), image.get(2));
  }

  private int imageBytes() {
    return Math.multiplyExact(image.count(), preprocessing == null ? Float.BYTES : 1);
  }

  @Override
  public int count() {
    return header.shape().get(0);
  }

  @Override
  public void read(int index, FloatBuffer target) {
    ByteBuffer bytes;
    try {
      long offset = header.offset() + (long) index * imageBytes();
      bytes = NpyHeader.bytes(channel, offset, imageBytes(), file);
    } catch (IOException failure) {
      throw DataFile.unreadable(file, failure);
    }
    if (preprocessing == null) {
      target.duplicate().put(bytes.asFloatBuffer());
    } else if (image.extent(0) == 1) {
      preprocessing.apply(Image.grey(bytes, image.extent(2), image.extent(1)), target);
    } else {
      preprocessing.apply(Image.planar(bytes, image.extent(2), image.extent(1)), target);
    }
  }

  @Override
  public int shorterSide(int index) {
    return preprocessing == null ? 0 : Math.min(image.extent(1), image.extent(2));
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
  public void close() {
    closeQuietly(channel);
  }

  /** A file that was only read loses nothing when closing it fails. */
  private static void closeQuietly(FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // Nothing to save.
    }
  }
}
