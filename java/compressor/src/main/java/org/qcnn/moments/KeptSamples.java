package org.qcnn.moments;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.qcnn.algebra.FloatMatrix;

/**
 * The samples themselves, by image: for layers with more inputs than samples, and for those whose
 * products would not fit into memory.
 */
public final class KeptSamples implements InputStatistics {
  private final int inputs;
  final int perImage;
  final SortedMap<Integer, float[]> images;

  /**
   * Keeps samples; the arrays are taken over.
   *
   * @param perImage samples of each image
   * @param images per image its samples, one behind the other
   */
  public KeptSamples(int inputs, int perImage, Map<Integer, float[]> images) {
    this.inputs = inputs;
    this.perImage = perImage;
    this.images = new TreeMap<>(images);
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public long samples() {
    return (long) perImage * images.size();
  }

  @Override
  public KeptSamples plus(InputStatistics other) {
    if (!(other instanceof KeptSamples that)
        || that.inputs != inputs
        || that.perImage != perImage) {
      throw new IllegalArgumentException("their samples are of another kind");
    }
    Map<Integer, float[]> all = new TreeMap<>(images);
    that.images.forEach(
        (image, samples) -> {
          if (all.put(image, samples) != null) {
            throw new IllegalArgumentException("image " + image + " is in both");
          }
        });
    return new KeptSamples(inputs, perImage, all);
  }

  /**
   * Returns the samples as rows, those of the first image first; the caller closes them.
   *
   * @param column per input its column in the result
   */
  public FloatMatrix rows(int[] column) {
    FloatMatrix rows = new FloatMatrix(Math.toIntExact(samples()), inputs);
    int row = 0;
    for (float[] samples : images.values()) {
      for (int start = 0; start < samples.length; start += inputs, row++) {
        for (int i = 0; i < inputs; i++) {
          rows.set(row, column[i], samples[start + i]);
        }
      }
    }
    return rows;
  }
}
