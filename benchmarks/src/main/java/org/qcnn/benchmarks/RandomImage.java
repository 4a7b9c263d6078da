package org.qcnn.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;

/** Images of Gaussian noise: what the networks of the zoo are made for. */
public final class RandomImage {
  private RandomImage() {}

  /** Returns the values of an image, the same for the same seed. */
  public static float[] values(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Returns the same outside the Java heap, where engines read it without a copy. */
  public static FloatBuffer direct(int count, long seed) {
    return directFloats(count).put(values(count, seed)).flip();
  }

  /** Returns room for values outside the Java heap. */
  static FloatBuffer directFloats(int count) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
