package org.qcnn.kernel;

import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * What a quantized convolution by products has to do for one image: quantize inputs, multiply
 * blocks of 64 bytes of them with weights of 32 filters for patches of outputs, and write these.
 * Operands of 16 bits are multiplied three times: high bytes, and high ones with low ones.
 */
public final class ProductsWork {
  /** What {@link #counts} counts, in its order. A block is multiplied for a row of a patch. */
  public static final List<String> NAMES =
      List.of("multiply-adds", "blocks", "inputs", "weights", "outputs", "layers");

  // As the C code cuts it.
  private static final int FILTERS_OF_A_BLOCK = 32;
  private static final int BYTES_OF_A_BLOCK = 64;

  private final double[] counts;

  /**
   * Counts.
   *
   * @param input the shape of one image
   * @param isa the number of an instruction set
   */
  ProductsWork(Convolution layer, Shape input, int isa) {
    Shape output = layer.outputShape(List.of(input));
    IntBuffer shape = LookupWork.shape(layer, input, output, PooledOutputs.NONE, Way.PRODUCTS);
    double rows =
        (double) NativeBinding.qcnn_lookup_convolution_table_positions(shape, isa) / layer.groups();
    // Instruction sets without tiles leave out what a block lacks, four inputs at a time.
    double inputs = runs(layer) * 4 * parts(bytesOfRun(layer), 4);
    double weights = weightBytes(layer);
    int passes = hasWords(layer) ? 3 : 1;
    int planes = hasWords(layer) ? 2 : 1;
    counts =
        new double[] {
          passes * output.count(1, 3) * filters(layer) * inputs,
          passes * rows * blocks(layer) * filters(layer) / FILTERS_OF_A_BLOCK,
          planes * input.count(),
          weights,
          output.count(),
          1
        };
  }

  /** Returns how many bytes the decoded weights of a layer take. */
  static double weightBytes(Convolution layer) {
    int parts = hasWords(layer) ? 2 : 1;
    return parts * filters(layer) * blocks(layer) * BYTES_OF_A_BLOCK;
  }

  private static boolean hasWords(Convolution layer) {
    return LookupWork.operandBits((QuantizedWeights) layer.weights()) == 16;
  }

  private static double blocks(Convolution layer) {
    return runs(layer) * parts(bytesOfRun(layer), BYTES_OF_A_BLOCK);
  }

  private static double filters(Convolution layer) {
    int filters = layer.weights().shape().extent(0) / layer.groups();
    return layer.groups() * parts(filters, FILTERS_OF_A_BLOCK) * FILTERS_OF_A_BLOCK;
  }

  // A row of a kernel is one run, unless there are gaps between its taps.
  private static int tapsOfRun(Convolution layer) {
    Window window = layer.window();
    return window.dilationWidth > 1 ? 1 : window.kernelWidth;
  }

  private static double runs(Convolution layer) {
    return (double) layer.window().kernelPositions() / tapsOfRun(layer);
  }

  private static int bytesOfRun(Convolution layer) {
    return tapsOfRun(layer) * layer.weights().shape().extent(1);
  }

  /** Returns the counts. */
  public double[] counts() {
    return counts.clone();
  }

  private static double parts(int whole, int part) {
    return Math.ceil((double) whole / part);
  }
}
