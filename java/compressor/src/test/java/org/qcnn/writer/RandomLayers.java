package org.qcnn.writer;

import java.util.Random;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.HalfFloat;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Random weights, biases and images for tests. */
final class RandomLayers {
  private final Random random;

  RandomLayers(long seed) {
    random = new Random(seed);
  }

  /**
   * Returns weights with K sub-codewords of {@code size} channels that half floats hold exactly.
   */
  QuantizedWeights quantized(Shape shape, int subCodewords, int size) {
    int subspaces = (shape.extent(1) + size - 1) / size;
    float[] words = values(subspaces * subCodewords * size);
    for (int i = 0; i < words.length; i++) {
      words[i] = HalfFloat.round(words[i]);
    }
    byte[] codes = new byte[shape.extent(0) * shape.count(2, shape.rank()) * subspaces];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(subCodewords);
    }
    codes[0] = (byte) (subCodewords - 1);
    Tensor codebooks = Tensor.over(Shape.of(subspaces, subCodewords, size), words);
    return new QuantizedWeights(shape, codebooks, codes, 3, 50);
  }

  /** Returns quantized weights of a convolution with a table shift for each subspace. */
  QuantizedWeights shifted(Shape shape, int subCodewords, int size) {
    QuantizedWeights weights = quantized(shape, subCodewords, size);
    byte[] shifts = new byte[weights.subspaces()];
    for (int m = 0; m < shifts.length; m++) {
      shifts[m] = (byte) random.nextInt(QuantizedWeights.MAX_TABLE_SHIFT + 1);
    }
    float[] bounds = new float[2 * shifts.length];
    for (int m = 0; m < bounds.length; m += 2) {
      bounds[m] = -random.nextInt(3);
      bounds[m + 1] = 2 + random.nextFloat();
    }
    return weights.with(weights.responseRange(), shifts, bounds);
  }

  DenseWeights dense(int... extents) {
    return new DenseWeights(tensor(extents));
  }

  Tensor tensor(int... extents) {
    return Tensor.over(Shape.of(extents), values(Shape.of(extents).count()));
  }

  /** Returns values around zero. */
  float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
