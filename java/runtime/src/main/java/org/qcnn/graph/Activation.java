package org.qcnn.graph;

/** A function of one value, applied to every element; alone or fused behind another operator. */
public final class Activation {
  /** The functions; {@code code} is the number that the C kernels know them by. */
  public enum Kind {
    /** f(x) = x. */
    NONE(0),
    /** f(x) = max(x, 0). */
    RELU(1),
    /** f(x) = min(max(x, a), b). */
    CLIP(2),
    /** f(x) = x if x >= 0, otherwise a * x. */
    LEAKY_RELU(3),
    /** f(x) = 1 / (1 + exp(-x)). */
    SIGMOID(4),
    /** f(x) = min(max(a * x + b, 0), 1). */
    HARD_SIGMOID(5),
    /** f(x) = x * min(max(x / 6 + 0.5, 0), 1). */
    HARD_SWISH(6);

    public final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  /** No activation. */
  public static final Activation NONE = new Activation(Kind.NONE, 0, 0);

  /** The rectified linear unit. */
  public static final Activation RELU = new Activation(Kind.RELU, 0, 0);

  public final Kind kind;
  public final float a;
  public final float b;

  public Activation(Kind kind, float a, float b) {
    this.kind = kind;
    this.a = a;
    this.b = b;
  }

  /** Returns whether this is the identity. */
  public boolean isNone() {
    return kind == Kind.NONE;
  }

  /** Returns the function at {@code x}: the formula that every kernel must follow. */
  public float apply(float x) {
    switch (kind) {
      case RELU:
        return Math.max(x, 0f);
      case CLIP:
        return Math.min(Math.max(x, a), b);
      case LEAKY_RELU:
        return x >= 0f ? x : a * x;
      case SIGMOID:
        return (float) (1.0 / (1.0 + Math.exp(-x)));
      case HARD_SIGMOID:
        return Math.min(Math.max(a * x + b, 0f), 1f);
      case HARD_SWISH:
        return x * Math.min(Math.max(x / 6f + 0.5f, 0f), 1f);
      default:
        return x;
    }
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Activation)) {
      return false;
    }
    Activation that = (Activation) other;
    return kind == that.kind && a == that.a && b == that.b;
  }

  @Override
  public int hashCode() {
    return kind.hashCode() * 31 + Float.hashCode(a) + 7 * Float.hashCode(b);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}
