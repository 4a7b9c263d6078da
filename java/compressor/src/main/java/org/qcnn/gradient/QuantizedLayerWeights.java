package org.qcnn.gradient;

import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.tensor.Tensor;

/**
 * Weights decoded from codebooks. The assignments are fixed, so a sub-codeword's gradient is the
 * sum of those of all blocks of weights that it stands for.
 */
final class QuantizedLayerWeights extends LayerWeights {
  private final QuantizedWeights original;
  private final Parameter parameter;
  private final byte[] assignments;
  private final float[] decoded;

  QuantizedLayerWeights(String node, QuantizedWeights weights) {
    super(weights.shape(), true);
    original = weights;
    parameter = new Parameter(node, Parameter.Kind.CODEBOOKS, weights.codebooks().toArray());
    assignments = weights.assignments();
    decoded = weights.decode().toArray();
    matrix().values().put(decoded);
  }

  @Override
  Optional<Parameter> parameter() {
    return Optional.of(parameter);
  }

  @Override
  void refresh(Workers workers) {
    workers.run(original.subspaces(), (subspace, thread) -> decode(subspace));
    matrix().values().put(decoded);
  }

  @Override
  void collectGradient(Workers workers) {
    parameter.clearGradient();
    workers.run(original.subspaces(), (subspace, thread) -> scatter(subspace));
  }

  private void decode(int subspace) {
    int size = original.subCodewordSize();
    int present = Math.min(size, shape().extent(1) - subspace * size);
    int positions = original.kernelPositions();
    int blocks = shape().extent(0) * positions;
    float[] words = parameter.values();
    for (int block = 0; block < blocks; block++) {
      int word = word(block, subspace) * size;
      int place = place(block, subspace, positions);
      for (int d = 0; d < present; d++) {
        decoded[place + d * positions] = words[word + d];
      }
    }
  }

  private void scatter(int subspace) {
    int size = original.subCodewordSize();
    int present = Math.min(size, shape().extent(1) - subspace * size);
    int positions = original.kernelPositions();
    int blocks = shape().extent(0) * positions;
    float[] ofWords = parameter.gradient();
    float[] ofWeights = gradient();
    for (int block = 0; block < blocks; block++) {
      int word = word(block, subspace) * size;
      int place = place(block, subspace, positions);
      for (int d = 0; d < present; d++) {
        ofWords[word + d] += ofWeights[place + d * positions];
      }
    }
  }

  /** Returns the number, among all sub-codewords, of the one that stands at a block. */
  private int word(int block, int subspace) {
    int code = assignments[block * original.subspaces() + subspace] & 0xff;
    return subspace * original.subCodewords() + code;
  }

  /** Returns where in the dense weights the first channel of a block lies. */
  private int place(int block, int subspace, int positions) {
    int channel = block / positions * shape().extent(1) + subspace * original.subCodewordSize();
    return channel * positions + block % positions;
  }

  @Override
  Weights current() {
    return original.withCodebooks(
        Tensor.over(original.codebooks().shape(), parameter.values().clone()));
  }
}
