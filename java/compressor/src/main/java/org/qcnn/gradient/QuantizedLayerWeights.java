package org.qcnn.gradient;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.qcnn.algebra.Workers;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Weights decoded from codebooks. The assignments are fixed, so a sub-codeword's gradient is the
 * sum of those of all blocks of weights that it stands for. Where subspaces share a codebook, its
 * bytes are the numbers that are learnt, and the scales of the subspaces stay as they are.
 */
final class QuantizedLayerWeights extends LayerWeights {
  private final QuantizedWeights original;
  private final Parameter parameter;
  private final byte[] assignments;
  // Per subspace, what a learnt number is multiplied by.
  private final float[] scales;
  private final boolean shared;
  private final float[] decoded;

  QuantizedLayerWeights(String node, QuantizedWeights weights) {
    super(weights.shape(), true);
    original = weights;
    ScaledBytes bytes = weights.codebooks().bytes();
    shared = bytes != null && bytes.isShared();
    scales = shared ? bytes.scales() : ones(weights.subspaces());
    parameter =
        new Parameter(
            node,
            Parameter.Kind.CODEBOOKS,
            shared ? numbers(bytes) : weights.codebooks().toArray());
    assignments = weights.assignments();
    decoded = weights.decode().toArray();
    matrix().values().put(decoded);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[] numbers(ScaledBytes bytes) {
    float[] numbers = new float[bytes.part()];
    ByteBuffer stored = bytes.bytes();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = stored.get(i);
    }
    return numbers;
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
    if (shared) {
      // One after the other, as all add to the same numbers.
      for (int subspace = 0; subspace < original.subspaces(); subspace++) {
        scatter(subspace);
      }
    } else {
      workers.run(original.subspaces(), (subspace, thread) -> scatter(subspace));
    }
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
        decoded[place + d * positions] = scales[subspace] * words[word + d];
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
        ofWords[word + d] += scales[subspace] * ofWeights[place + d * positions];
      }
    }
  }

  /** Returns the number, among all sub-codewords, of the one that stands at a block. */
  private int word(int block, int subspace) {
    int code = assignments[block * original.subspaces() + subspace] & 0xff;
    return shared ? code : subspace * original.subCodewords() + code;
  }

  /** Returns where in the dense weights the first channel of a block lies. */
  private int place(int block, int subspace, int positions) {
    int channel = block / positions * shape().extent(1) + subspace * original.subCodewordSize();
    return channel * positions + block % positions;
  }

  @Override
  Weights current() {
    return original.withCodebooks(rounded());
  }

  /** Returns the codebooks in the form in which they were given. */
  private Tensor rounded() {
    Shape shape = original.codebooks().shape();
    if (original.codebooks().bytes() == null) {
      return Tensor.over(shape, parameter.values().clone());
    }
    return Tensor.overBytes(
        shape,
        shared
            ? ScaledBytes.nearestShared(parameter.values(), scales)
            : ScaledBytes.nearest(
                parameter.values(), original.subCodewords() * original.subCodewordSize()));
  }
}
