package org.qcnn.benchmarks.int8;

import java.nio.FloatBuffer;

/** The values that an activation took in calibration; zero is always among them. */
record Range(float lowest, float highest) {
  static final Range ZERO = new Range(0, 0);

  /** Returns this range, extended to all of {@code values}. */
  Range with(FloatBuffer values) {
    float low = lowest;
    float high = highest;
    for (int i = values.position(); i < values.limit(); i++) {
      low = Math.min(low, values.get(i));
      high = Math.max(high, values.get(i));
    }
    return new Range(low, high);
  }
}
