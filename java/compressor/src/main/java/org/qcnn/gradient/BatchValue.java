package org.qcnn.gradient;

import java.nio.FloatBuffer;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.tensor.Shape;

/**
 * One value of a network for all images of a batch, and the gradient of the loss with respect to
 * it. As matrices they have a row for each channel of each image, or for each image if the value is
 * a vector.
 */
final class BatchValue implements AutoCloseable {
  private final Shape shape;
  private final boolean constant;
  private final FloatMatrix values;
  private final FloatMatrix gradient;

  private BatchValue(Shape shape, boolean constant, FloatMatrix values, FloatMatrix gradient) {
    this.shape = shape;
    this.constant = constant;
    this.values = values;
    this.gradient = gradient;
  }

  /** Returns a value for {@code images} images, with a gradient or without. */
  static BatchValue perImage(Shape shape, int images, boolean hasGradient) {
    int rows = images * rows(shape);
    int columns = shape.count() / rows(shape);
    return new BatchValue(
        shape,
        false,
        new FloatMatrix(rows, columns),
        hasGradient ? new FloatMatrix(rows, columns) : null);
  }

  /** Returns a value that all images share; with a gradient there is one for each image. */
  static BatchValue constant(Shape shape, int images, boolean hasGradient) {
    int rows = rows(shape);
    int columns = shape.count() / rows;
    return new BatchValue(
        shape,
        true,
        new FloatMatrix(rows, columns),
        hasGradient ? new FloatMatrix(images * rows, columns) : null);
  }

  /** Returns the same numbers under another shape. */
  BatchValue reshaped(Shape other) {
    return new BatchValue(
        other,
        constant,
        reshaped(values, other),
        gradient == null ? null : reshaped(gradient, other));
  }

  private FloatMatrix reshaped(FloatMatrix matrix, Shape other) {
    int images = matrix.rows() / rows(shape);
    return matrix.reshaped(images * rows(other), other.count() / rows(other));
  }

  /** Returns whether this and another value have one gradient in memory. */
  boolean sharesGradientWith(BatchValue other) {
    return gradient != null
        && other.gradient != null
        && gradient.sharesElementsWith(other.gradient);
  }

  /** Returns the rows that one image has. */
  private static int rows(Shape shape) {
    return shape.rank() < 2 ? 1 : shape.extent(0);
  }

  Shape shape() {
    return shape;
  }

  boolean isConstant() {
    return constant;
  }

  FloatMatrix values() {
    return values;
  }

  boolean hasGradient() {
    return gradient != null;
  }

  /** Returns the gradient, null if nothing before the value is learnt. */
  FloatMatrix gradient() {
    return gradient;
  }

  /** Copies the values of one image. */
  void readValues(int image, float[] target) {
    read(values, constant ? 0 : image, target);
  }

  /** Copies the gradient of one image. */
  void readGradient(int image, float[] target) {
    read(gradient, image, target);
  }

  void writeGradient(int image, float[] source) {
    FloatBuffer buffer = gradient.values();
    buffer.put(image * shape.count(), source, 0, shape.count());
  }

  private void read(FloatMatrix matrix, int image, float[] target) {
    matrix.values().get(image * shape.count(), target, 0, shape.count());
  }

  @Override
  public void close() {
    values.close();
    if (gradient != null) {
      gradient.close();
    }
  }
}
