package org.qcnn.tensor;

import java.util.Arrays;

/**
 * The extents of a tensor, outermost first.
 *
 * <p>Shapes of activations describe ONE image: the batch axis is not part of them, because every
 * operator of a graph treats the images of a batch independently. A feature map is {@code
 * [channels, height, width]}, a feature vector {@code [features]}.
 */
public final class Shape {
  private final int[] extents;

  private Shape(int[] extents) {
    this.extents = extents;
  }

  /**
   * Returns the shape with these extents.
   *
   * @throws IllegalArgumentException if an extent is not positive or the shape holds more than
   *     2^31-1 elements
   */
  public static Shape of(int... extents) {
    long count = 1;
    for (int extent : extents) {
      if (extent <= 0) {
        throw new IllegalArgumentException(
            "every extent of a shape must be positive: " + Arrays.toString(extents));
      }
      count *= extent;
      if (count > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a tensor holds at most 2^31-1 elements: " + Arrays.toString(extents));
      }
    }
    return new Shape(extents.clone());
  }

  /** Returns the number of axes. */
  public int rank() {
    return extents.length;
  }

  /** Returns the extent of one axis. */
  public int extent(int axis) {
    return extents[axis];
  }

  /** Returns a copy of all extents. */
  public int[] extents() {
    return extents.clone();
  }

  /** Returns the number of elements. */
  public int count() {
    return count(0, extents.length);
  }

  /**
   * Returns the product of the extents from axis {@code first} up to, not including, {@code last}.
   */
  public int count(int first, int last) {
    int count = 1;
    for (int axis = first; axis < last; axis++) {
      count *= extents[axis];
    }
    return count;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape && Arrays.equals(extents, ((Shape) other).extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** Returns the extents as people write them, {@code 3x227x227}; a scalar is {@code 1}. */
  @Override
  public String toString() {
    if (extents.length == 0) {
      return "1";
    }
    StringBuilder text = new StringBuilder();
    for (int extent : extents) {
      text.append(text.length() == 0 ? "" : "x").append(extent);
    }
    return text.toString();
  }
}
