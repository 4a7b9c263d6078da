package org.qcnn.kernel;

/**
 * Inputs as 16-bit integers: {@code x = v * scale}, {@code scale = 32767 / (2 * inputRange)}. An
 * input twice as large as any seen in calibration still fits; larger ones are clamped.
 */
final class WordInputs {
  static final double LARGEST = 32767;

  /** From input values to x. */
  final float scale;

  WordInputs(float inputRange) {
    scale = (float) (LARGEST / (2.0 * inputRange));
  }

  /** Returns x of an input; 0 of one that is not a number. */
  int integer(float value) {
    float scaled = value * scale;
    if (Float.isNaN(scaled)) {
      return 0;
    }
    return (int) Math.max(-LARGEST, Math.min(LARGEST, Math.rint(scaled)));
  }
}
