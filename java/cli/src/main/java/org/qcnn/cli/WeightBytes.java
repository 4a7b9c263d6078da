package org.qcnn.cli;

import org.qcnn.graph.Constant;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;

/** What the numbers of an operator take in a file. */
final class WeightBytes {
  private WeightBytes() {}

  /** Returns the bytes of weights and bias as the file holds them. */
  static long of(Operator operator) {
    if (operator instanceof Constant constant) {
      return 4L * constant.value().shape().count();
    }
    Weights weights = operator.weights();
    if (weights == null) {
      return 0;
    }
    return weights instanceof QuantizedWeights quantized
        ? of(quantized) + 4L * biases(operator)
        : dense(operator);
  }

  /** Returns the bytes of weights and bias as 32-bit floats. */
  static long dense(Operator operator) {
    Weights weights = operator.weights();
    return weights == null ? of(operator) : 4L * (weights.shape().count() + biases(operator));
  }

  /** Codes are stored as planes of bits, codebooks as 16-bit floats. */
  private static long of(QuantizedWeights weights) {
    long codes = (long) weights.shape().extent(0) * weights.kernelPositions() * weights.subspaces();
    return weights.bitsPerAssignment() * ((codes + 7) / 8)
        + 2L * weights.codebooks().shape().count();
  }

  private static int biases(Operator operator) {
    if (operator instanceof Convolution convolution) {
      return convolution.bias().length;
    }
    return operator instanceof FullyConnected layer ? layer.bias().length : 0;
  }
}
