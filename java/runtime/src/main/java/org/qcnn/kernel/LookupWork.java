package org.qcnn.kernel;

import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * What the lookup kernels have to do for one image, counted as the C code does it: with the halo of
 * every tile, and with positions, or filters where these lie side by side, in whole vectors.
 */
public final class LookupWork {
  /**
   * What {@link #counts} counts, in its order. An input that is read in strides is gathered; a
   * table product multiplies 4 bytes of inputs, two channels of 16 bits or four of 8; a row is what
   * lies in one strip of registers. With filters side by side, additions to sums and rows go with
   * the look-ups.
   */
  public static final List<String> NAMES =
      List.of(
          "gathered inputs",
          "table products",
          "table entries",
          "look-ups",
          "additions to sums",
          "rows of sums",
          "outputs",
          "rows of outputs",
          "layers");

  private static final int FILTER_BLOCK = 64; // bytes of a vector

  private final Convolution layer;
  private final QuantizedWeights weights;
  private final Shape output;
  private final IntBuffer shape;
  private final int isa;
  private final double phases;
  private final double planes;
  private final int channels; // in 4 bytes of quantized inputs
  private final double bundles;
  private final boolean filtersSideBySide;
  private final double[] counts;

  /**
   * Counts.
   *
   * @param layer a quantized one
   * @param input the shape of one image
   * @param isa the number of an instruction set
   * @param strip the positions whose sums its kernels hold in registers
   */
  LookupWork(Convolution layer, Shape input, int isa, int strip) {
    this.layer = layer;
    this.isa = isa;
    this.weights = (QuantizedWeights) layer.weights();
    this.output = layer.outputShape(List.of(input));
    this.shape = shape(layer, input, output, PooledOutputs.NONE, Way.LOOKUP);
    this.phases = phases(layer.window());
    this.planes = phases * weights.subspaces() * layer.groups();
    int blocks = NativeBinding.qcnn_lookup_convolution_filter_blocks(shape, isa);
    this.filtersSideBySide = blocks > 0;
    this.channels = Integer.SIZE / (keepsBytes(input) ? 8 : 16);
    this.bundles = Math.ceil((double) weights.subCodewordSize() / channels);
    this.counts = filtersSideBySide ? byFilters(blocks) : byPositions(strip);
  }

  /** Some kernels for 16-bit tables keep operands of 8 bits in 16. */
  private boolean keepsBytes(Shape input) {
    IntBuffer words = shape(layer, input, output, PooledOutputs.NONE, Way.LOOKUP, 16);
    return tableBits(layer) == 8
        || (operandBits(weights) == 8 && preparedBytes(shape) < preparedBytes(words));
  }

  private double[] byPositions(int strip) {
    double tiles = (double) tasks() / layer.groups();
    double prepared = preparedPositions();
    double halo = halo(layer.window(), output);
    double entries = (prepared + (tiles - 1) * halo) * planes * weights.subCodewords();
    double positions = Math.max(1, prepared - halo);
    double strips = tiles * Math.ceil(positions / tiles / strip);
    double words = (double) output.extent(0) * weights.subspaces();
    return counts(
        entries,
        positions * words * weights.kernelPositions(),
        positions * words * phases,
        strips * words * phases,
        output.count(0, 2));
  }

  private double[] byFilters(int blocks) {
    double built = NativeBinding.qcnn_lookup_convolution_table_positions(shape, isa);
    double tables = Math.ceil((double) weights.subCodewords() / FILTER_BLOCK);
    double entries = built * planes * tables * FILTER_BLOCK;
    double vectors = (double) output.count(1, 3) * layer.groups() * weights.subspaces() * blocks;
    return counts(entries, vectors * FILTER_BLOCK * weights.kernelPositions(), 0, 0, 0);
  }

  private double[] counts(
      double entries, double lookups, double additions, double rows, double rowsOfOutputs) {
    boolean gathered = layer.window().strideWidth > 1;
    return new double[] {
      gathered ? channels * bundles * planes * preparedPositions() : 0,
      entries * bundles,
      entries,
      lookups,
      additions,
      rows,
      output.count(),
      rowsOfOutputs,
      1
    };
  }

  /** Returns whether filters lie side by side, rather than positions, which other rates are for. */
  public boolean filtersSideBySide() {
    return filtersSideBySide;
  }

  /** Returns the counts. */
  public double[] counts() {
    return counts.clone();
  }

  /** Returns the bits of an entry of the tables of a quantized layer. */
  static int tableBits(Convolution layer) {
    return ((QuantizedWeights) layer.weights()).tableShifts().length > 0 ? 8 : 16;
  }

  /** Returns the bits of what the tables of quantized weights are built from. */
  static int operandBits(QuantizedWeights weights) {
    return weights.inputBounds().length > 0 ? 8 : 16;
  }

  /**
   * Returns the {@code qcnn_lookup_convolution} of a quantized layer.
   *
   * @param input of one image
   * @param output of one image, before it is pooled
   */
  static IntBuffer shape(
      Convolution layer, Shape input, Shape output, PooledOutputs pooled, Way way) {
    int operandBits = operandBits((QuantizedWeights) layer.weights());
    return shape(layer, input, output, pooled, way, operandBits);
  }

  private static IntBuffer shape(
      Convolution layer,
      Shape input,
      Shape output,
      PooledOutputs pooled,
      Way way,
      int operandBits) {
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return NativeStruct.convolution(
        input,
        output,
        layer.window(),
        layer.groups(),
        weights.subspaces(),
        weights.subCodewords(),
        weights.subCodewordSize(),
        tableBits(layer),
        operandBits,
        pooled.code,
        way == Way.PRODUCTS ? 1 : 0);
  }

  private static double phases(Window window) {
    return (double) phases(window.kernelHeight, window.strideHeight, window.dilationHeight)
        * phases(window.kernelWidth, window.strideWidth, window.dilationWidth);
  }

  /** Returns how many phases of the stride the taps along one axis read. */
  private static int phases(int taps, int stride, int dilation) {
    return Math.min(taps, stride / greatestCommonDivisor(stride, dilation));
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** By how many positions the last tap is ahead of the first one. */
  private static double halo(Window window, Shape output) {
    long down = (window.kernelHeight - 1L) * window.dilationHeight / window.strideHeight;
    long right = (window.kernelWidth - 1L) * window.dilationWidth / window.strideWidth;
    return (double) down * (output.extent(2) + right) + right;
  }

  // What the C code refuses counts as little; whoever compiles the layer gets the reason.

  private int tasks() {
    return Math.max(1, NativeBinding.qcnn_lookup_convolution_tasks(shape, isa, 1));
  }

  /** Returns the positions of one plane of prepared inputs. */
  private double preparedPositions() {
    return preparedBytes(shape) / (Integer.BYTES * bundles * planes);
  }

  private long preparedBytes(IntBuffer ofShape) {
    return Math.max(1, NativeBinding.qcnn_lookup_convolution_prepared_size(ofShape, isa, 1));
  }
}
