package org.qcnn.kernel;

import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * What the lookup kernels have to do for one image, counted as the C code does it: with the halo of
 * every tile of positions, and with positions in whole blocks.
 */
public final class LookupWork {
  /**
   * What {@link #counts} counts, in its order. An input that is read in strides is gathered; a
   * table product multiplies 4 bytes of inputs, two channels of 16 bits or four of 8; a row is what
   * lies in one strip of registers.
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

  private final double[] counts;

  /**
   * Counts.
   *
   * @param layer a quantized one
   * @param input the shape of one image
   * @param strip the positions whose sums the kernels hold in registers
   */
  LookupWork(Convolution layer, Shape input, int strip) {
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    Window window = layer.window();
    Shape output = layer.outputShape(List.of(input));
    IntBuffer shape = shape(layer, input, output);
    double phases = phases(window);
    double planes = phases * weights.subspaces() * layer.groups();
    int channels = Integer.SIZE / tableBits(layer); // in 4 bytes of quantized inputs
    int bundles = (weights.subCodewordSize() + channels - 1) / channels;
    double tiles = (double) tasks(shape) / layer.groups();
    double prepared = preparedBytes(shape) / (Integer.BYTES * bundles * planes);
    double halo = halo(window, output);
    double entries = (prepared + (tiles - 1) * halo) * planes * weights.subCodewords();
    double positions = Math.max(1, prepared - halo);
    double strips = tiles * Math.ceil(positions / tiles / strip);
    double words = (double) output.extent(0) * weights.subspaces();
    counts =
        new double[] {
          window.strideWidth > 1 ? channels * bundles * planes * prepared : 0,
          entries * bundles,
          entries,
          positions * words * weights.kernelPositions(),
          positions * words * phases,
          strips * words * phases,
          output.count(),
          output.count(0, 2),
          1
        };
  }

  /** Returns the counts. */
  public double[] counts() {
    return counts.clone();
  }

  /** Returns the bits of an entry of the tables of a quantized layer. */
  static int tableBits(Convolution layer) {
    return ((QuantizedWeights) layer.weights()).tableShifts().length > 0 ? 8 : 16;
  }

  private static IntBuffer shape(Convolution layer, Shape input, Shape output) {
    QuantizedWeights weights = (QuantizedWeights) layer.weights();
    return NativeStruct.convolution(
        input,
        output,
        layer.window(),
        layer.groups(),
        weights.subspaces(),
        weights.subCodewords(),
        weights.subCodewordSize(),
        tableBits(layer));
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

  private static int tasks(IntBuffer shape) {
    return Math.max(1, NativeBinding.qcnn_lookup_convolution_tasks(shape, 1));
  }

  private static long preparedBytes(IntBuffer shape) {
    return Math.max(1, NativeBinding.qcnn_lookup_convolution_prepared_size(shape, 1));
  }
}
