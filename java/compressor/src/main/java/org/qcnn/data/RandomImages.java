package org.qcnn.data;

import java.nio.FloatBuffer;
import java.util.Random;
import org.qcnn.tensor.Shape;

/**
 * Gaussian noise of mean 0 and deviation 1, the same in every run: enough to try things out, not to
 * calibrate a network that is to be used.
 */
final class RandomImages implements ImageSource {
  private static final int DEFAULT_COUNT = 100;

  private final int count;
  private final Shape shape;

  private RandomImages(int count, Shape shape) {
    this.count = count;
    this.shape = shape;
  }

  static RandomImages open(String argument, Shape shape) {
    if (argument.equals("random")) {
      return new RandomImages(DEFAULT_COUNT, shape);
    }
    String number = argument.substring("random:".length());
    if (!number.matches("[1-9][0-9]{0,8}")) {
      throw new DataException(argument + ": expected random or random:COUNT");
    }
    return new RandomImages(Integer.parseInt(number), shape);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public void read(int index, FloatBuffer target) {
    // Neighbouring seeds of java.util.Random begin alike; the factor tears them apart.
    Random random = new Random(index * 0x9E3779B97F4A7C15L);
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    target.duplicate().put(values);
  }

  @Override
  public String name(int index) {
    return "random image " + index;
  }

  @Override
  public int label(int index) {
    return -1;
  }

  @Override
  public String description() {
    return count + " random images of " + shape;
  }

  @Override
  public void close() {}
}
