package org.qcnn.data;

import java.nio.file.Path;
import org.qcnn.image.Preprocessing;
import org.qcnn.tensor.Shape;

/** The preprocessing that a file of pixels cannot do without. */
final class RequiredPreprocessing {
  private RequiredPreprocessing() {}

  /**
   * Returns the preprocessing fitted to the network's input, or says that it is missing or does not
   * fit.
   */
  static Preprocessing fit(Path path, Preprocessing preprocessing, Shape inputShape) {
    if (preprocessing == null) {
      throw new DataException(
          path
              + " holds pixels; say how they become the network's input: --preprocessing FILE.json");
    }
    try {
      return preprocessing.forInput(inputShape);
    } catch (IllegalArgumentException misfit) {
      throw new DataException(misfit.getMessage(), misfit);
    }
  }
}
