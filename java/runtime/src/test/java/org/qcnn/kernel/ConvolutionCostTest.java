package org.qcnn.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
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
  @ValueSource(strings = {"scalar", "avx2", "avx512", "amx", "neon", "neon-dotprod"})
  void fewFiltersDoNotPayForLargeTables(String instructionSet) {
    ConvolutionCost cost = new ConvolutionCost(instructionSet);
    assertEquals(Way.DENSE, cost.fastest(layer(3, 8, 3, 256), Shape.of(3, 32, 32)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"avx2", "avx512", "neon", "neon-dotprod"})
  void manyFiltersDo(String instructionSet) {
    ConvolutionCost cost = new ConvolutionCost(instructionSet);
    Convolution large = layer(128, 128, 8, 128);
    assertTrue(ConvolutionCost.mayRun(large, Way.DENSE));
    assertEquals(Way.LOOKUP, cost.fastest(large, Shape.of(128, 56, 56)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"scalar", "avx2", "avx512", "amx", "neon", "neon-dotprod"})
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

  private static Way fastest(Convolution layer, double lookup, double dense) {
    return ConvolutionCost.fastest(layer, Map.of(Way.LOOKUP, lookup, Way.DENSE, dense));
  }

  private static Convolution ofBytes(int channels, int filters) {
    Convolution layer = layer(channels, filters, 8, 128);
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    float[] bounds = new Samples(2).bounds(weights.subspaces());
    return layer.with(weights.with(weights.responseRange(), new byte[0], bounds), layer.bias());
  }

  @Test
  void tilesAreFasterThanTables() {
    assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "only libraries for x86-64 know of tiles");
    ConvolutionCost cost = new ConvolutionCost("amx");
    Shape input = Shape.of(256, 28, 28);
    assertEquals(Way.PRODUCTS, cost.fastest(ofBytes(256, 256), input));
    assertEquals(Way.PRODUCTS, cost.fastest(layer(256, 256, 8, 128), input));
    ConvolutionCost other = new ConvolutionCost("avx2");
    assertNull(other.milliseconds(ofBytes(256, 256), input).get(Way.PRODUCTS));
  }

  @Test
  void productsMayTakeEightTimesAsMuchAsDenseLayers() {
    assertEquals(Way.PRODUCTS, products(512));
    assertEquals(Way.LOOKUP, products(513));
  }

  // 512 filters of 896 channels and 9 taps of 16 bits are just below 8 MiB, one more is 32 more.
  private static Way products(int filters) {
    return ConvolutionCost.fastest(
        layer(896, filters, 3, 4), Map.of(Way.LOOKUP, 2.0, Way.PRODUCTS, 1.0, Way.DENSE, 0.5));
  }

  @ParameterizedTest
  @ValueSource(ints = {170, 171})
  void whatIsLargeWhenDecodedStaysSmall(int filters) {
    // 170 filters of 171 channels and 9 taps are just below 1 MiB.
    Way expected = filters == 170 ? Way.DENSE : Way.LOOKUP;
    assertEquals(expected, fastest(layer(171, filters, 3, 4), 2, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.94, 0.96})
  void aSmallGainIsNotWorthTheMemory(double dense) {
    Way expected = dense < 0.95 ? Way.DENSE : Way.LOOKUP;
    assertEquals(expected, fastest(layer(8, 8, 2, 4), 1, dense));
  }
}
