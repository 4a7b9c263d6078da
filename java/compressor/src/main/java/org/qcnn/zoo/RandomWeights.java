package org.qcnn.zoo;

import java.util.SplittableRandom;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Weights drawn uniformly with the variance of He et al., "Delving Deep into Rectifiers" (2015):
 * through a layer and its rectified linear unit the mean square of the activations stays the same.
 */
final class RandomWeights {
  private static final float BIAS_RANGE = 0.05f;

  private final SplittableRandom random;

  RandomWeights(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Returns weights {@code [Ct, ...]} for a layer before a rectified linear unit.
   *
   * @param gain factor on all weights
   */
  Tensor rectified(Shape shape, float gain) {
    return uniform(shape, gain * (float) Math.sqrt(6.0 / inputs(shape)));
  }

  /** Returns weights {@code [Ct, ...]} for a layer without activation. */
  Tensor linear(Shape shape) {
    return uniform(shape, (float) Math.sqrt(3.0 / inputs(shape)));
  }

  /** Returns small biases. */
  float[] bias(int outputs) {
    return uniform(Shape.of(outputs), BIAS_RANGE).toArray();
  }

  private static int inputs(Shape shape) {
    return shape.count(1, shape.rank());
  }

  private Tensor uniform(Shape shape, float range) {
    float[] values = new float[shape.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt() * (range * 0x1p-31f);
    }
    return Tensor.over(shape, values);
  }
}
