package org.qcnn.onnx;

import java.util.Arrays;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Reads the codebooks of a quantized layer: floats, {@code [M, K, Cs']}, or signed bytes, {@code
 * [M, K, Cs']} or {@code [1, K, Cs']} for all subspaces, with one scale per subspace, {@code [M, 1,
 * 1]}. Floats have no scales in files of format 1, and a single one that is 1 in later ones.
 */
final class StoredCodebooks {
  private static final int SCALES = 4;

  private StoredCodebooks() {}

  static Tensor read(OnnxNode node, GraphBuilder graph) {
    ConstantTensor stored = graph.constant(node.input(1));
    if (stored.rank() != 3) {
      throw new IllegalArgumentException(
          "its codebooks must be [M, K, Cs'], not " + Arrays.toString(stored.extents()));
    }
    if (!node.hasInput(SCALES)) {
      return stored.tensor("the codebooks");
    }
    float[] scales = scales(graph.constant(node.input(SCALES)));
    if (stored.holdsFloats()) {
      if (scales.length != 1 || scales[0] != 1) {
        throw new IllegalArgumentException("its codebooks of floats must have the scale 1");
      }
      return stored.tensor("the codebooks");
    }
    int words = stored.extent(1);
    int size = stored.extent(2);
    Shape shape = Shape.of(scales.length, words, size);
    graph.reserve(shape.count());
    return Tensor.overBytes(
        shape, new ScaledBytes(stored.signedBytes("the codebooks"), scales, words * size));
  }

  private static float[] scales(ConstantTensor stored) {
    Tensor scales = stored.tensor("the scales of the codebooks");
    if (scales.shape().rank() != 3 || scales.shape().extent(0) != scales.shape().count()) {
      throw new IllegalArgumentException(
          "the scales of its codebooks must be [M, 1, 1], not " + scales.shape());
    }
    return scales.toArray();
  }
}
