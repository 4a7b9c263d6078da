package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/** What the estimates must say of layers about which there is no doubt. */
class ConvolutionCostTest {
  private static Convolution layer(int channels, int filters, int size, int subCodewords) {
    QuantizedWeights weights =
        new Samples(1).quantized(subCodewords, size, 4f, 60f, filters, channels, 3, 3);
    return new Convolution(Window.square(3, 1, 1), 1, weights, new float[filters], Activation.RELU);
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "avx2", "avx512", "neon", "neon-dotprod"})
  void fewFiltersDoNotPayForLargeTables(String instructionSet) {
    ConvolutionCost cost = new ConvolutionCost(instructionSet);
    assertEquals(Way.DENSE, cost.faster(layer(3, 8, 3, 256), Shape.of(3, 32, 32)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"avx2", "avx512", "neon", "neon-dotprod"})
  void manyFiltersDo(String instructionSet) {
    ConvolutionCost cost = new ConvolutionCost(instructionSet);
    Convolution large = layer(128, 128, 8, 128);
    assertTrue(ConvolutionCost.mayRunDense(large));
    assertEquals(Way.LOOKUP, cost.faster(large, Shape.of(128, 56, 56)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "avx2", "avx512", "neon", "neon-dotprod"})
  void estimatesGrowWithTheMap(String instructionSet) {
    ConvolutionCost cost = new ConvolutionCost(instructionSet);
    Convolution layer = layer(16, 32, 4, 64);
    Shape small = Shape.of(16, 20, 20);
    Shape large = Shape.of(16, 80, 80);
    double lookup = cost.lookupMilliseconds(layer, large) / cost.lookupMilliseconds(layer, small);
    double dense = cost.denseMilliseconds(layer, large) / cost.denseMilliseconds(layer, small);
    assertTrue(lookup > 4 && lookup < 20, "look-ups: " + lookup);
    assertTrue(dense > 4 && dense < 20, "dense: " + dense);
  }

  @ParameterizedTest
  @ValueSource(ints = {170, 171})
  void whatIsLargeWhenDecodedStaysSmall(int filters) {
    // 170 filters of 171 channels and 9 taps are just below 1 MiB.
    Way expected = filters == 170 ? Way.DENSE : Way.LOOKUP;
    assertEquals(expected, ConvolutionCost.faster(layer(171, filters, 3, 4), 2, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.94, 0.96})
  void aSmallGainIsNotWorthTheMemory(double dense) {
    Way expected = dense < 0.95 ? Way.DENSE : Way.LOOKUP;
    assertEquals(expected, ConvolutionCost.faster(layer(8, 8, 2, 4), 1, dense));
  }
}
