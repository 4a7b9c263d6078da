package org.qcnn.kernel;

import java.nio.IntBuffer;
import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * What a quantized convolution by products has to do for one image: quantize inputs, multiply
 * blocks of 64 of them with weights of 32 filters for patches of outputs, and write these.
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
    Window window = layer.window();
    Shape output = layer.outputShape(List.of(input));
    int channels = input.extent(0) / layer.groups();
    boolean gaps = window.dilationWidth > 1 && window.kernelWidth > 1;
    int taps = gaps ? 1 : window.kernelWidth;
    double runs = (double) window.kernelPositions() / taps;
    double blocksOfRun = parts(taps * channels, BYTES_OF_A_BLOCK);
    IntBuffer shape = LookupWork.shape(layer, input, output, false, Way.PRODUCTS);
    double rows =
        (double) NativeBinding.qcnn_lookup_convolution_table_positions(shape, isa) / layer.groups();
    double filters =
        layer.groups()
            * parts(output.extent(0) / layer.groups(), FILTERS_OF_A_BLOCK)
            * FILTERS_OF_A_BLOCK;
    double blocks = rows * (filters / FILTERS_OF_A_BLOCK) * runs * blocksOfRun;
    // Instruction sets without tiles leave out what a block lacks, four inputs at a time.
    double inputsOfRun = 4 * parts(taps * channels, 4);
    counts =
        new double[] {
          output.count(1, 3) * filters * runs * inputsOfRun,
          blocks,
          input.count(),
          filters * runs * blocksOfRun * BYTES_OF_A_BLOCK,
          output.count(),
          1
        };
  }

  /** Returns the counts. */
  public double[] counts() {
    return counts.clone();
  }

  private static double parts(int whole, int part) {
    return Math.ceil((double) whole / part);
  }
}
