package org.qcnn.spark;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.data.PhotoDecoder;
import org.qcnn.image.Preprocessing;

/** All images of a set by their names, some of which have their encoded content at hand. */
final class NamedImages implements ImageSource {
  private final List<String> names;
  private final Map<Integer, byte[]> contents;
  private final Preprocessing preprocessing;

  /**
   * Returns images; lists and maps are not copied.
   *
   * @param names of all images of the set
   * @param contents of those that will be read, by their index
   */
  NamedImages(List<String> names, Map<Integer, byte[]> contents, Preprocessing preprocessing) {
    this.names = names;
    this.contents = contents;
    this.preprocessing = preprocessing;
  }

  @Override
  public int count() {
    return names.size();
  }

  @Override
  public void read(int index, FloatBuffer target) {
    byte[] content = contents.get(index);
    if (content == null) {
      throw new DataException(name(index) + " is none of the images of this part");
    }
    preprocessing.apply(PhotoDecoder.decode(content, name(index)), target);
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public int label(int index) {
    return -1;
  }

  @Override
  public String description() {
    return count() + " images";
  }

  @Override
  public void close() {}
}
