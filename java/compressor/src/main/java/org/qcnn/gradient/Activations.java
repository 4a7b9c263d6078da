package org.qcnn.gradient;

import org.qcnn.graph.Activation;

/** Activations of rows of numbers, and their derivatives. */
final class Activations {
  private Activations() {}

  /** Replaces {@code count} values x by f(x + bias). */
  static void apply(Activation activation, float bias, float[] values, int count) {
    switch (activation.kind) {
      case NONE -> {
        for (int i = 0; i < count; i++) {
          values[i] += bias;
        }
      }
      case RELU -> {
        for (int i = 0; i < count; i++) {
          values[i] = Math.max(values[i] + bias, 0f);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          values[i] = activation.apply(values[i] + bias);
        }
      }
    }
  }

  /** Returns whether the derivative follows from the function's value alone. */
  static boolean isKnownFromOutput(Activation activation) {
    return switch (activation.kind) {
      case HARD_SWISH -> false;
      case LEAKY_RELU -> activation.a > 0;
      default -> true;
    };
  }

  /** Multiplies {@code count} gradients by the derivatives at function values y. */
  static void multiplyByDerivative(
      Activation activation, float[] outputs, float[] gradients, int count) {
    switch (activation.kind) {
      case NONE -> {}
      case RELU -> {
        // No branch, which would be guessed wrong every other time: 0 or 1.
        for (int i = 0; i < count; i++) {
          gradients[i] *= Math.min(outputs[i] * Float.MAX_VALUE, 1f);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          gradients[i] *= derivativeAtOutput(activation, outputs[i]);
        }
      }
    }
  }

  private static float derivativeAtOutput(Activation activation, float y) {
    return switch (activation.kind) {
      case CLIP -> y > activation.a && y < activation.b ? 1f : 0f;
      case LEAKY_RELU -> y >= 0f ? 1f : activation.a;
      case SIGMOID -> y * (1f - y);
      case HARD_SIGMOID -> y > 0f && y < 1f ? activation.a : 0f;
      case RELU -> y > 0f ? 1f : 0f;
      case NONE -> 1f;
      case HARD_SWISH -> throw new IllegalArgumentException("hard swish is not monotonic");
    };
  }

  /** Returns the derivative at an input x. */
  static float derivative(Activation activation, float x) {
    return switch (activation.kind) {
      case HARD_SWISH -> x <= -3f ? 0f : x >= 3f ? 1f : x / 3f + 0.5f;
      case LEAKY_RELU -> x >= 0f ? 1f : activation.a;
      default -> derivativeAtOutput(activation, activation.apply(x));
    };
  }
}
