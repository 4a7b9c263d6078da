package org.qcnn.compression;

import java.util.List;
import java.util.Optional;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;

/**
 * Which lookup tables the quantized convolutions got, and why.
 *
 * @param byteLayers those with 8-bit tables; the others have 16-bit ones
 * @param operandLayers those with 16-bit tables that are built from 8-bit operands
 * @param layers all of them
 * @param comparison on calibration images; empty if there was nothing to choose
 */
public record TableReport(
    int byteLayers, int operandLayers, int layers, Optional<Comparison> comparison) {
  /**
   * How far tables may move the outputs, as a part of them: a tenth of a point of top-1 on
   * ResNet-34. The error that quantization has made is no measure, as the layers have learnt from
   * the very images that there are to compare on.
   */
  static final double LARGEST_NOISE = 0.025;

  private static final double LARGEST_LOSS = 0.002;

  /**
   * What integer tables do to the outputs of a network. Noise is the mean relative L2 distance to
   * the outputs of the same codebooks and assignments decoded to floats, agreement the share of
   * images with the same largest output as the original network.
   *
   * @param images compared
   * @param wordNoise with 16-bit tables everywhere
   * @param byteNoise with 8-bit tables wherever they are possible
   * @param noise with the tables that were chosen
   * @param wordAgreement with 16-bit tables everywhere
   * @param agreement with the tables that were chosen
   */
  public record Comparison(
      int images,
      double wordNoise,
      double byteNoise,
      double noise,
      double wordAgreement,
      double agreement) {
    /** Returns whether the tables may stand for 16-bit ones everywhere. */
    boolean willDo() {
      return noise <= LARGEST_NOISE && agreement >= wordAgreement - LARGEST_LOSS;
    }
  }

  /** Returns the report of a network. */
  static TableReport of(List<Node> nodes, Optional<Comparison> comparison) {
    int bytes = 0;
    int operands = 0;
    int layers = 0;
    for (Node node : nodes) {
      if (node.operator() instanceof Convolution layer
          && layer.weights() instanceof QuantizedWeights weights) {
        layers++;
        boolean shifted = weights.tableShifts().length > 0;
        bytes += shifted ? 1 : 0;
        operands += !shifted && weights.inputBounds().length > 0 ? 1 : 0;
      }
    }
    return new TableReport(bytes, operands, layers, comparison);
  }
}
