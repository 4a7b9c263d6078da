package org.qcnn.compression;

import org.qcnn.graph.Constant;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.tensor.ScaledBytes;

/** What the numbers of an operator take in a file. */
public final class WeightBytes {
  private WeightBytes() {}

  /** Returns the bytes of weights and bias as the file holds them. */
  public static long of(Operator operator) {
    return operator instanceof WeightedOperator layer
            && layer.weights() instanceof QuantizedWeights quantized
        ? of(quantized) + 4L * layer.bias().length
        : dense(operator);
  }

  /** Returns the bytes of all weights and biases of a network as 32-bit floats. */
  public static long dense(Graph graph) {
    return graph.nodes().stream().mapToLong(node -> dense(node.operator())).sum();
  }

  /** Returns the bytes of weights and bias as 32-bit floats. */
  public static long dense(Operator operator) {
    if (operator instanceof Constant constant) {
      return 4L * constant.value().shape().count();
    }
    return operator instanceof WeightedOperator layer
        ? 4L * (layer.weights().shape().count() + layer.bias().length)
        : 0;
  }

  /** Codes are stored as planes of bits, codebooks as bytes with scales or as 16-bit floats. */
  private static long of(QuantizedWeights weights) {
    long codes = (long) weights.shape().extent(0) * weights.kernelPositions() * weights.subspaces();
    ScaledBytes bytes = weights.codebooks().bytes();
    long codebooks =
        bytes != null
            ? bytes.bytes().remaining() + 4L * weights.subspaces()
            : 2L * weights.codebooks().shape().count();
    return weights.bitsPerAssignment() * ((codes + 7) / 8) + codebooks;
  }
}
