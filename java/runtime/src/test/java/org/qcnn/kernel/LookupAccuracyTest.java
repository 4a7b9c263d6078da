package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Tensor;

/**
 * How far responses by lookup tables lie from those of the decoded weights. With steps of x, of d
 * and of entries, an output that sums n entries is off by at most
 *
 * <pre>
 *   sum of |w| * step of x / 2 + sum of |v| * step of d / 2 + terms * (both steps) / 4 + n * step of entries / 2
 * </pre>
 *
 * and a little float rounding, as long as nothing saturates.
 */
class LookupAccuracyTest {
  private static final double FLOAT_ROUNDING = 1.01;

  @Test
  void convolutionStaysWithinTheBound() {
    Samples samples = new Samples(3);
    QuantizedWeights weights =
        Samples.shifted(samples.quantized(32, 4, 4f, 120f, 12, 10, 3, 3), 5, 4, 5);
    Window window = Window.square(3, 1, 1);
    float[] bias = samples.floats(12);
    // The largest shift makes the coarsest integers.
    double step = 2 * 120 / 32767.0 * (1 << 5) * 255 / (2 * 4) / 256;
    check(
        new Convolution(window, 1, weights, bias, Activation.NONE),
        new Convolution(window, 1, absolute(weights), new float[12], Activation.NONE),
        weights,
        new double[] {2 * 4 / 255.0, step, 2 * 120 / 32767.0 * (1 << 5)},
        KernelsUnderTest.images(10, 9, 8),
        samples);
  }

  @Test
  void fullyConnectedStaysWithinTheBound() {
    Samples samples = new Samples(4);
    QuantizedWeights weights = samples.quantized(64, 6, 4f, 150f, 40, 100);
    LookupScales scales = new LookupScales(weights);
    check(
        new FullyConnected(weights, samples.floats(40), Activation.NONE),
        new FullyConnected(absolute(weights), new float[40], Activation.NONE),
        weights,
        new double[] {1.0 / scales.inputScale, 1.0 / scales.codewordScale, scales.outputScale},
        KernelsUnderTest.images(100),
        samples);
  }

  private static DenseWeights absolute(QuantizedWeights weights) {
    float[] values = weights.decode().toArray();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return new DenseWeights(Tensor.over(weights.shape(), values));
  }

  /**
   * {@code magnitudes} is the layer with absolute weights and no bias; {@code steps} are those of
   * x, d and entries.
   */
  private static void check(
      Operator layer,
      Operator magnitudes,
      QuantizedWeights weights,
      double[] steps,
      Operand input,
      Samples samples) {
    List<Operand> operands = List.of(input);
    float[] values = samples.floats(input.shape().count());
    float[] ones = new float[values.length];
    Arrays.fill(ones, 1f);
    double[] exact = KernelsUnderTest.expected(layer, operands, 1, List.of(values));
    double[] sumOfWeights = KernelsUnderTest.expected(magnitudes, operands, 1, List.of(ones));
    float[] found = new KernelRun(new JavaKernels(), layer, operands, 1, List.of(values)).output();

    int terms = weights.subspaces() * weights.subCodewordSize() * weights.kernelPositions();
    int entries = weights.subspaces() * weights.kernelPositions();
    double sumOfInputs = 0;
    for (float value : values) {
      sumOfInputs += Math.abs(value);
    }
    double worst = 0;
    for (int i = 0; i < found.length; i++) {
      double bound =
          0.5 * sumOfWeights[i] * steps[0]
              + 0.5 * sumOfInputs * weights.kernelPositions() * steps[1]
              + 0.25 * terms * steps[0] * steps[1]
              + 0.5 * entries * steps[2];
      worst = Math.max(worst, Math.abs(found[i] - exact[i]) / bound);
    }
    assertTrue(worst < FLOAT_ROUNDING, "the largest error is " + worst + " times the bound");
    assertTrue(worst > 1e-3, "the bound says nothing: " + worst);
  }
}
