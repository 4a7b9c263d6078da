package org.qcnn.benchmarks.int8;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * Weights as 8-bit integers, symmetric around zero, with a scale of its own for every output.
 * Whoever gets the arrays does not change them.
 */
final class IntegerWeights {
  private static final int LARGEST = 127;

  private final byte[] values;
  private final float[] scales;

  private IntegerWeights(byte[] values, float[] scales) {
    this.values = values;
    this.scales = scales;
  }

  /**
   * Rounds weights.
   *
   * @param dims the extents of the axes
   * @param axis that of the outputs
   * @param zeroPoint the integer that stands for zero
   */
  static IntegerWeights round(FloatBuffer weights, List<Long> dims, int axis, int zeroPoint) {
    int outputs = Math.toIntExact(dims.get(axis));
    int inner = 1;
    for (long extent : dims.subList(axis + 1, dims.size())) {
      inner = Math.toIntExact(inner * extent);
    }
    float[] scales = new float[outputs];
    for (int i = 0; i < weights.limit(); i++) {
      int output = i / inner % outputs;
      scales[output] = Math.max(scales[output], Math.abs(weights.get(i)) / LARGEST);
    }
    for (int output = 0; output < outputs; output++) {
      scales[output] = scales[output] > 0 ? scales[output] : 1;
    }
    byte[] values = new byte[weights.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (zeroPoint + Math.round(weights.get(i) / scales[i / inner % outputs]));
    }
    return new IntegerWeights(values, scales);
  }

  /** Returns the low 8 bits of the integers. */
  byte[] values() {
    return values;
  }

  /** Returns one scale for each output. */
  float[] scales() {
    return scales;
  }
}
