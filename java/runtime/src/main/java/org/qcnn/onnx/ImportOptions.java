package org.qcnn.onnx;

import org.qcnn.tensor.Shape;

/** What a model file may leave open and its reader has to be told. Immutable. */
public final class ImportOptions {
  /** The options for models that say everything themselves. */
  public static final ImportOptions DEFAULT = new ImportOptions(null);

  private final Shape inputShape;

  private ImportOptions(Shape inputShape) {
    this.inputShape = inputShape;
  }

  /**
   * Returns these options with the shape of one input image, without the batch axis: needed where
   * the model leaves the height or width of its input open.
   */
  public ImportOptions withInputShape(Shape shape) {
    return new ImportOptions(shape);
  }

  /** Returns the shape of one input image, or null if the model has to state it. */
  public Shape inputShape() {
    return inputShape;
  }
}
