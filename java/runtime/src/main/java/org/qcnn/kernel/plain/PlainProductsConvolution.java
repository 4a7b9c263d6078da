package org.qcnn.kernel.plain;

import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.ProductScales;

/**
 * Quantized convolution by products of integers; {@link ProductScales} says which. The sums are
 * exact: doubles hold any integer that 53 bits do.
 */
public final class PlainProductsConvolution extends PlainConvolution {
  private final ProductScales scales;

  /**
   * Returns the kernel.
   *
   * @param operator with weights that {@link ProductScales#fit}
   */
  public PlainProductsConvolution(Convolution operator, List<Operand> inputs) {
    this(operator, inputs, new ProductScales((QuantizedWeights) operator.weights()));
  }

  private PlainProductsConvolution(
      Convolution operator, List<Operand> inputs, ProductScales scales) {
    super(operator, inputs, scales.weights());
    this.scales = scales;
  }

  @Override
  double input(int channel, float value) {
    return scales.input(channel, value);
  }

  @Override
  double product(double input, double weight) {
    return scales.product(input, weight);
  }

  @Override
  float output(int filter, double sum, float bias) {
    return scales.response(filter, sum) + bias;
  }
}
