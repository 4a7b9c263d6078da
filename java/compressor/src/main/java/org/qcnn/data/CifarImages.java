package org.qcnn.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.qcnn.image.Image;
import org.qcnn.image.Preprocessing;

/**
 * Images in the binary format of CIFAR-10: per image one byte of label, then a plane each of red,
 * green and blue, 32 rows of 32. Held in memory as bytes.
 */
final class CifarImages implements ImageSource {
  private static final int SIDE = 32;
  private static final int PIXEL_BYTES = 3 * SIDE * SIDE;
  private static final int RECORD_BYTES = 1 + PIXEL_BYTES;

  private final Path file;
  private final ByteBuffer records;
  private final Preprocessing preprocessing;

  private CifarImages(Path file, ByteBuffer records, Preprocessing preprocessing) {
    this.file = file;
    this.records = records;
    this.preprocessing = preprocessing;
  }

  static CifarImages open(Path file, Preprocessing preprocessing, Path labels) {
    if (labels != null) {
      throw new DataException(file + " has its own labels; leave " + labels + " out");
    }
    ByteBuffer records = DataFile.read(file);
    if (records.remaining() == 0 || records.remaining() % RECORD_BYTES != 0) {
      throw new DataException(
          file
              + " holds "
              + records.remaining()
              + " bytes, no whole number of CIFAR-10 images of "
              + RECORD_BYTES
              + "; copy it again");
    }
    CifarImages images = new CifarImages(file, records, preprocessing);
    for (int index = 0; index < images.count(); index++) {
      if (images.label(index) > 9) {
        throw new DataException(
            file + " is no CIFAR-10 file: image " + index + " has class " + images.label(index));
      }
    }
    return images;
  }

  @Override
  public int count() {
    return records.limit() / RECORD_BYTES;
  }

  @Override
  public void read(int index, FloatBuffer target) {
    ByteBuffer planes = records.slice(index * RECORD_BYTES + 1, PIXEL_BYTES);
    preprocessing.apply(Image.planar(planes, SIDE, SIDE), target);
  }

  @Override
  public int shorterSide(int index) {
    return SIDE;
  }

  @Override
  public String name(int index) {
    return "image " + index;
  }

  @Override
  public int label(int index) {
    return records.get(index * RECORD_BYTES) & 0xff;
  }

  @Override
  public String description() {
    return count() + " images of " + file;
  }

  @Override
  public void close() {}
}
