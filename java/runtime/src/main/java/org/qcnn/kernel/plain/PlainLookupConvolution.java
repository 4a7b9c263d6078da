package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;

/**
 * Convolution by lookup tables. A task is one output row of one group; rows are taken a few at a
 * time, so that they share tables of a bearable size.
 */
final class PlainLookupConvolution extends CheckedKernel {
  private static final int ROWS_AT_ONCE = 8;

  private final Window window;
  private final QuantizedWeights weights;
  private final IntegerCodebooks codebooks;
  private final float[] bias;
  private final Activation activation;
  private final int groups;
  private final int[] summingOrder;

  PlainLookupConvolution(Convolution operator, QuantizedWeights weights, List<Operand> inputs) {
    super(operator, inputs);
    this.window = operator.window();
    this.weights = weights;
    this.codebooks = new IntegerCodebooks(weights);
    this.bias = operator.bias();
    this.activation = operator.activation();
    this.groups = operator.groups();
    this.summingOrder = SummingOrder.of(window);
  }

  @Override
  public int tasks(int stage, int batch) {
    return Math.multiplyExact(batch, groups * output().extent(1));
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    // A group of an image is what splits into rows here.
    Images.split(
        output().extent(1),
        first,
        last,
        (group, begin, end) -> {
          for (int row = begin; row < end; row += ROWS_AT_ONCE) {
            new Tile(group / groups, group % groups, row, Math.min(end, row + ROWS_AT_ONCE))
                .compute(arguments);
          }
        });
  }

  /** A few output rows of one group of one image, and the input rows that they need. */
  private final class Tile {
    private final int image;
    private final int group;
    private final int firstRow;
    private final int rows;
    private final int top;
    private final int bottom;
    private final int filters = output().extent(0) / groups;
    private final int width = input(0).extent(2);
    private final int columns = output().extent(2);
    private final short[] sums;

    Tile(int image, int group, int firstRow, int endRow) {
      this.image = image;
      this.group = group;
      this.firstRow = firstRow;
      this.rows = endRow - firstRow;
      int reach = (window.kernelHeight - 1) * window.dilationHeight;
      this.top = Math.max(0, firstRow * window.strideHeight - window.padTop);
      this.bottom =
          Math.min(
              input(0).extent(1), (endRow - 1) * window.strideHeight - window.padTop + reach + 1);
      this.sums = new short[filters * rows * columns];
    }

    void compute(KernelArguments arguments) {
      int pixels = Math.max(0, bottom - top) * width;
      int[] x = new int[pixels * weights.subCodewordSize()];
      short[] table = new short[pixels * weights.subCodewords()];
      for (int subspace = 0; subspace < weights.subspaces(); subspace++) {
        quantize(arguments.inputs.get(0), subspace, pixels, x);
        codebooks.fillTable(subspace, x, pixels, table);
        for (int filter = 0; filter < filters; filter++) {
          addKernel(table, pixels, subspace, filter);
        }
      }
      write(arguments.output);
    }

    private void quantize(FloatBuffer input, int subspace, int pixels, int[] x) {
      int channels = weights.shape().extent(1);
      int size = weights.subCodewordSize();
      for (int d = 0; d < size; d++) {
        int channel = subspace * size + d;
        int from =
            inputOffset(0, image)
                + (group * channels + channel) * input(0).count(1, 3)
                + top * width;
        for (int pixel = 0; pixel < pixels; pixel++) {
          boolean exists = channel < channels;
          x[pixel * size + d] = exists ? codebooks.scales.input(input.get(from + pixel)) : 0;
        }
      }
    }

    private void addKernel(short[] table, int pixels, int subspace, int filter) {
      int firstCode = (group * filters + filter) * window.kernelPositions() * weights.subspaces();
      for (int position : summingOrder) {
        int codeword = weights.assignment(firstCode + position * weights.subspaces() + subspace);
        int ky = position / window.kernelWidth;
        int kx = position % window.kernelWidth;
        addShifted(table, codeword * pixels, ky, kx, filter * rows * columns);
      }
    }

    /** Adds one codeword's entries, shifted by a kernel position; what lies outside adds 0. */
    private void addShifted(short[] table, int entries, int ky, int kx, int sum) {
      int stride = window.strideWidth;
      int right = kx * window.dilationWidth - window.padLeft;
      int firstColumn = Inside.first(right, stride);
      int endColumn = Inside.end(right, stride, width, columns);
      for (int row = 0; row < rows; row++) {
        int y = (firstRow + row) * window.strideHeight + ky * window.dilationHeight - window.padTop;
        if (y < top || y >= bottom) {
          continue;
        }
        int entry = entries + (y - top) * width + right;
        int to = sum + row * columns;
        for (int column = firstColumn; column < endColumn; column++) {
          sums[to + column] =
              IntegerCodebooks.addSaturating(sums[to + column], table[entry + column * stride]);
        }
      }
    }

    private void write(FloatBuffer to) {
      int from = 0;
      for (int filter = group * filters; filter < (group + 1) * filters; filter++) {
        int begin = outputOffset(image) + (filter * output().extent(1) + firstRow) * columns;
        for (int i = 0; i < rows * columns; i++) {
          float response = codebooks.scales.response(sums[from++]);
          to.put(begin + i, activation.apply(response + bias[filter]));
        }
      }
    }
  }
}
