package org.qcnn.kernel;

import java.util.Random;
import org.qcnn.graph.Activation;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Random numbers, the same in every run. */
final class Samples {
  static final Activation[] ACTIVATIONS = {
    Activation.NONE,
    Activation.RELU,
    new Activation(Activation.Kind.CLIP, -0.5f, 2f),
    new Activation(Activation.Kind.LEAKY_RELU, 0.1f, 0),
    new Activation(Activation.Kind.SIGMOID, 0, 0),
    new Activation(Activation.Kind.HARD_SIGMOID, 0.2f, 0.5f),
    new Activation(Activation.Kind.HARD_SWISH, 0, 0)
  };

  private final Random random;

  Samples(long seed) {
    random = new Random(seed);
  }

  float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Returns inputs that calibration never saw: huge, infinite, not a number, and usual ones. */
  float[] hostile(int count) {
    float[] strange = {
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.MAX_VALUE,
      -1e30f,
      50f,
      -50f,
      0f,
      -0f,
      Float.MIN_VALUE
    };
    float[] values = floats(count);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        values[i] = strange[random.nextInt(strange.length)];
      }
    }
    return values;
  }

  DenseWeights dense(int... extents) {
    Shape shape = Shape.of(extents);
    return new DenseWeights(Tensor.over(shape, floats(shape.count())));
  }

  QuantizedWeights quantized(
      int codewords, int size, float inputRange, float responseRange, int... extents) {
    Shape shape = Shape.of(extents);
    int subspaces = (extents[1] + size - 1) / size;
    Shape books = Shape.of(subspaces, codewords, size);
    byte[] codes = new byte[extents[0] * shape.count(2, shape.rank()) * subspaces];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(codewords);
    }
    Tensor codebooks = Tensor.over(books, floats(books.count()));
    return new QuantizedWeights(shape, codebooks, codes, inputRange, responseRange);
  }

  /** Returns a number from 0 to {@code largest} for each of {@code count} subspaces. */
  int[] shifts(int count, int largest) {
    return random.ints(count, 0, largest + 1).toArray();
  }

  /** Returns the same weights with these table shifts. */
  static QuantizedWeights shifted(QuantizedWeights weights, int... shifts) {
    byte[] bytes = new byte[shifts.length];
    for (int m = 0; m < bytes.length; m++) {
      bytes[m] = (byte) shifts[m];
    }
    return weights.with(weights.responseRange(), bytes, new float[0]);
  }

  /** Returns input bounds for {@code count} subspaces: some on one side of 0, some on both. */
  float[] bounds(int count) {
    float[] bounds = new float[2 * count];
    for (int m = 0; m < bounds.length; m += 2) {
      bounds[m] = random.nextBoolean() ? 0 : -3 * random.nextFloat();
      bounds[m + 1] = random.nextBoolean() && bounds[m] < 0 ? 0 : 0.1f + 3 * random.nextFloat();
    }
    return bounds;
  }
}
