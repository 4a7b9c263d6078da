package org.qcnn.kernel;

import java.util.List;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;

/**
 * What the dense kernels have to do for one image: pack the inputs of a tile of positions into a
 * panel and multiply weights with it.
 */
public final class DenseWork {
  /** What {@link #counts} counts, in its order. A run is what is packed in one copy. */
  public static final List<String> NAMES =
      List.of(
          "multiply-adds",
          "packed inputs",
          "gathered inputs",
          "packed runs",
          "kernel calls",
          "layers");

  // As the C code cuts it; its smaller kernels are of the same order.
  private static final int POSITIONS_OF_A_TILE = 144;
  private static final int POSITIONS_OF_A_CALL = 48;
  private static final int FILTERS_OF_A_CALL = 8;
  private static final int DEPTH_OF_A_CALL = 128;
  private static final int LANES = 16;

  private final double[] counts;

  /**
   * Counts.
   *
   * @param input the shape of one image
   */
  public DenseWork(Convolution layer, Shape input) {
    Window window = layer.window();
    Shape output = layer.outputShape(List.of(input));
    int positions = output.count(1, 3);
    int depth = layer.weights().shape().count(1, 4);
    double columns = LANES * parts(positions, LANES);
    double filterCalls =
        layer.groups() * parts(output.extent(0) / layer.groups(), FILTERS_OF_A_CALL);
    double tiles = parts(positions, POSITIONS_OF_A_TILE);
    boolean shifted =
        window.strideHeight == 1 && window.strideWidth == 1 && output.extent(2) == input.extent(2);
    double runs = shifted ? tiles : tiles + output.extent(1);
    double packings = tasks(layer, input, output) / tiles * depth;
    boolean gathers = window.strideWidth > 1;
    counts =
        new double[] {
          filterCalls * FILTERS_OF_A_CALL * depth * columns,
          gathers ? 0 : packings * columns,
          gathers ? packings * columns : 0,
          packings * runs,
          filterCalls * parts(positions, POSITIONS_OF_A_CALL) * parts(depth, DEPTH_OF_A_CALL),
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

  /** Every task packs a panel, those for other filters of the same positions the same one. */
  private static double tasks(Convolution layer, Shape input, Shape output) {
    return Math.max(
        1,
        NativeBinding.qcnn_convolution_tasks(
            NativeStruct.convolution(input, output, layer.window(), layer.groups()), 1));
  }
}
