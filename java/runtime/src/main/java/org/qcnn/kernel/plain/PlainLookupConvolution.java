package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.kernel.ByteScales;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.LookupScales;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.OperandScales;
import org.qcnn.kernel.TableScales;
import org.qcnn.kernel.TableShifts;
import org.qcnn.kernel.support.CheckedKernel;
import org.qcnn.kernel.support.Images;
import org.qcnn.kernel.support.StridePhases;
import org.qcnn.kernel.support.SumOrder;

/**
 * Convolution by lookup tables. The arithmetic, which {@code qcnn.h} repeats and the native kernels
 * follow bit for bit, with 16-bit tables:
 *
 * <ul>
 *   <li>{@code entry = (sum over Cs' of x * d + 2^15) >> 16}; see {@link LookupScales} for x and d.
 *       What lies outside of the image has the entry 0. With input bounds, x and d have 8 bits, and
 *       it is {@code (sum of x * d + 2^(s - 1)) >> s} with 1 to 15 bits; see {@link OperandScales}.
 *   <li>A response is the saturating 16-bit sum of entries over subspaces, phases of the stride
 *       ({@link StridePhases}) and the taps of a phase, all in their order.
 * </ul>
 *
 * <p>With 8-bit tables ({@link TableShifts}):
 *
 * <ul>
 *   <li>{@code entry = (sum over Cs' of x * d + 2^7) >> 8}, clamped to -128 ... 127; see {@link
 *       ByteScales} for x and d. It counts in {@code 2^shift} units of the sum.
 *   <li>The taps of a phase, in their order, are added two by two in saturating 8-bit additions,
 *       the last of an odd number alone; the pairs are added up in 16 bits, which the limit on the
 *       taps of a phase lets suffice.
 *   <li>These sums are added up to the response in the order of {@link SumOrder}, in units of the
 *       smallest shift.
 * </ul>
 *
 * <p>A task is one output row of one group; rows are taken a few at a time, so that they share
 * tables of a bearable size.
 */
final class PlainLookupConvolution extends CheckedKernel {
  private static final int ROWS_AT_ONCE = 8;

  private final Window window;
  private final QuantizedWeights weights;
  private final boolean bytes;
  private final byte[] assignments;
  private final SumOrder order; // with 8-bit tables
  private final TableScales scales;
  private final IntegerCodebooks codebooks;
  private final float[] bias;
  private final Activation activation;
  private final int groups;
  private final List<int[]> phases;

  PlainLookupConvolution(Convolution operator, QuantizedWeights weights, List<Operand> inputs) {
    super(operator, inputs);
    this.window = operator.window();
    this.weights = weights;
    byte[] shifts = TableShifts.of(operator, weights);
    this.bytes = shifts.length > 0;
    this.scales = scales(weights, shifts);
    this.assignments = weights.assignments();
    this.codebooks = new IntegerCodebooks(weights, scales);
    this.bias = operator.bias();
    this.activation = operator.activation();
    this.groups = operator.groups();
    this.phases = StridePhases.of(window);
    this.order = bytes ? new SumOrder(shifts, phases) : null;
  }

  private static TableScales scales(QuantizedWeights weights, byte[] shifts) {
    if (shifts.length > 0) {
      return new ByteScales(weights, shifts);
    }
    boolean byteOperands = weights.inputBounds().length > 0;
    return byteOperands ? new OperandScales(weights) : new LookupScales(weights);
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
    private final short[] pair;
    private final short[] phaseSum;
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
      this.pair = new short[rows * columns];
      this.phaseSum = new short[rows * columns];
      this.sums = new short[filters * rows * columns];
    }

    void compute(KernelArguments arguments) {
      int pixels = Math.max(0, bottom - top) * width;
      int[] x = new int[pixels * weights.subCodewordSize()];
      short[] table = new short[pixels * weights.subCodewords()];
      if (bytes) {
        for (SumOrder.Pass pass : order.passes()) {
          doubleSums(pass.doublings);
          quantize(arguments.inputs.get(0), pass.subspace, pixels, x);
          fillTable(pass.subspace, x, pixels, table);
          for (int filter = 0; filter < filters; filter++) {
            addPairs(table, pixels, pass, filter);
          }
        }
      } else {
        for (int subspace = 0; subspace < weights.subspaces(); subspace++) {
          quantize(arguments.inputs.get(0), subspace, pixels, x);
          fillTable(subspace, x, pixels, table);
          for (int filter = 0; filter < filters; filter++) {
            addTaps(table, pixels, subspace, filter);
          }
        }
      }
      write(arguments.output);
    }

    private void doubleSums(int times) {
      for (int time = 0; time < times; time++) {
        for (int i = 0; i < sums.length; i++) {
          sums[i] = clamp(2 * sums[i]);
        }
      }
    }

    private short clamp(int sum) {
      return (short) Math.max(-order.limit(), Math.min(order.limit(), sum));
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
          x[pixel * size + d] = exists ? scales.input(subspace, input.get(from + pixel)) : 0;
        }
      }
    }

    /** Fills {@code [K][pixels]} of a subspace from the inputs {@code [pixels][Cs']}. */
    private void fillTable(int subspace, int[] x, int pixels, short[] table) {
      int next = 0;
      for (int codeword = 0; codeword < weights.subCodewords(); codeword++) {
        for (int pixel = 0; pixel < pixels; pixel++) {
          int entry = codebooks.entry(subspace, codeword, x, pixel * weights.subCodewordSize());
          table[next++] = bytes ? Saturating.add((byte) 0, entry) : (short) entry;
        }
      }
    }

    private void addTaps(short[] table, int pixels, int subspace, int filter) {
      for (int[] taps : phases) {
        for (int tap : taps) {
          clearPair();
          addTap(table, pixels, subspace, filter, tap);
          int first = filter * pair.length;
          for (int i = 0; i < pair.length; i++) {
            sums[first + i] = Saturating.add(sums[first + i], pair[i]);
          }
        }
      }
    }

    private void addPairs(short[] table, int pixels, SumOrder.Pass pass, int filter) {
      int[] taps = phases.get(pass.phase);
      Arrays.fill(phaseSum, (short) 0);
      for (int tap = 0; tap < taps.length; tap += 2) {
        clearPair();
        addTap(table, pixels, pass.subspace, filter, taps[tap]);
        if (tap + 1 < taps.length) {
          addTap(table, pixels, pass.subspace, filter, taps[tap + 1]);
        }
        for (int i = 0; i < pair.length; i++) {
          phaseSum[i] += Saturating.add((byte) 0, pair[i]);
        }
      }
      int first = filter * phaseSum.length;
      for (int i = 0; i < phaseSum.length; i++) {
        int sum = sums[first + i] + phaseSum[i];
        sums[first + i] = pass.last ? clamp(sum) : (short) sum;
      }
    }

    private void clearPair() {
      Arrays.fill(pair, (short) 0);
    }

    private void addTap(short[] table, int pixels, int subspace, int filter, int tap) {
      int kernel = (group * filters + filter) * window.kernelPositions();
      int codeword = assignments[(kernel + tap) * weights.subspaces() + subspace] & 0xff;
      addShifted(table, codeword * pixels, tap / window.kernelWidth, tap % window.kernelWidth);
    }

    /** Adds one codeword's entries, shifted by a kernel position, to the present pair of taps. */
    private void addShifted(short[] table, int entries, int ky, int kx) {
      int stride = window.strideWidth;
      int right = kx * window.dilationWidth - window.padLeft;
      int firstColumn = Inside.first(right, stride);
      int endColumn = Inside.end(right, stride, width, columns);
      for (int row = 0; row < rows; row++) {
        int y = (firstRow + row) * window.strideHeight + ky * window.dilationHeight - window.padTop;
        if (y < top || y >= bottom) {
          continue; // what lies outside adds 0
        }
        int entry = entries + (y - top) * width + right;
        int to = row * columns;
        for (int column = firstColumn; column < endColumn; column++) {
          pair[to + column] += table[entry + column * stride];
        }
      }
    }

    private void write(FloatBuffer to) {
      int from = 0;
      for (int filter = group * filters; filter < (group + 1) * filters; filter++) {
        int begin = outputOffset(image) + (filter * output().extent(1) + firstRow) * columns;
        for (int i = 0; i < rows * columns; i++) {
          float response = scales.response(sums[from++]);
          to.put(begin + i, activation.apply(response + bias[filter]));
        }
      }
    }
  }
}
