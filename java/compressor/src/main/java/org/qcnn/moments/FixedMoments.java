package org.qcnn.moments;

import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * Sums of inputs and of products of two inputs, as integers: the sums of each chunk of samples are
 * rounded once, to a fixed grid, and from then on only whole numbers are added. So the sum of many
 * chunks is the same in whatever order and by whomever they are added.
 *
 * <p>In the units of {@link InputScale} most inputs are within -1 to 1. The grid of the products is
 * 2^-24, which leaves sums up to 2^39: more than ten thousand samples, each a thousand times what
 * the first block led to expect.
 */
public final class FixedMoments implements InputStatistics {
  private static final int TILE = 384;
  private static final double SUM_UNITS = 0x1p36;
  private static final double PRODUCT_UNITS = 0x1p24;
  private static final double LARGEST = 0x1p62;

  final InputScale scale;
  final long samples;
  final long[] sums;
  // The upper triangle with the diagonal, row by row.
  final long[] products;

  /** Takes over the arrays. */
  FixedMoments(InputScale scale, long samples, long[] sums, long[] products) {
    this.scale = scale;
    this.samples = samples;
    this.sums = sums;
    this.products = products;
  }

  /** Returns the elements of a triangle with its diagonal. */
  static int triangle(int inputs) {
    return Math.toIntExact((long) inputs * (inputs + 1) / 2);
  }

  private static int index(int inputs, int row, int column) {
    return (int) ((long) row * (2L * inputs - row + 1) / 2) + column - row;
  }

  @Override
  public int inputs() {
    return sums.length;
  }

  @Override
  public long samples() {
    return samples;
  }

  /** Adds up chunks of samples, in any order. */
  public static final class Builder {
    private final InputScale scale;
    private final Workers workers;
    private final long[] sums;
    private final long[] products;
    private long samples;

    /**
     * Begins without samples.
     *
     * @param first samples of the first block of the whole set of images, which set the units
     */
    public Builder(FloatMatrix first, Workers workers) {
      this.scale = InputScale.of(first);
      this.workers = workers;
      this.sums = new long[first.columns()];
      this.products = new long[triangle(first.columns())];
    }

    /**
     * Adds a chunk.
     *
     * @param x its first {@code count} rows are samples; they are changed
     * @throws ArithmeticException if a sum leaves the range of the integers
     */
    public void add(FloatMatrix x, int count) {
      int tiles = (sums.length + TILE - 1) / TILE;
      workers.run(tiles, (tile, thread) -> scaleAndSum(x, count, tile * TILE));
      workers.run(
          tiles * tiles,
          (part, thread) -> {
            if (part % tiles >= part / tiles) {
              addProducts(x, count, part / tiles * TILE, part % tiles * TILE);
            }
          });
      samples += count;
    }

    private void scaleAndSum(FloatMatrix x, int count, int first) {
      double[] sum = new double[Math.min(TILE, sums.length - first)];
      for (int row = 0; row < count; row++) {
        for (int i = 0; i < sum.length; i++) {
          float z = scale.apply(first + i, x.get(row, first + i));
          x.set(row, first + i, z);
          sum[i] += z;
        }
      }
      for (int i = 0; i < sum.length; i++) {
        sums[first + i] = Math.addExact(sums[first + i], round(sum[i] * SUM_UNITS));
      }
    }

    private void addProducts(FloatMatrix x, int count, int top, int left) {
      int rows = Math.min(TILE, sums.length - top);
      int columns = Math.min(TILE, sums.length - left);
      try (FloatMatrix tile = new FloatMatrix(rows, columns)) {
        tile.whole()
            .addProduct(
                0f, 1f, x.block(0, count, top, rows).transpose(), x.block(0, count, left, columns));
        for (int i = 0; i < rows; i++) {
          int firstColumn = Math.max(0, top + i - left);
          int target = index(sums.length, top + i, left + firstColumn);
          for (int j = firstColumn; j < columns; j++, target++) {
            products[target] =
                Math.addExact(products[target], round(tile.get(i, j) * PRODUCT_UNITS));
          }
        }
      }
    }

    private static long round(double value) {
      // False for a NaN, too.
      if (!(Math.abs(value) < LARGEST)) {
        throw new ArithmeticException("long overflow");
      }
      return (long) Math.rint(value);
    }

    /** Returns the moments of all chunks; nothing can be added afterwards. */
    public FixedMoments build() {
      return new FixedMoments(scale, samples, sums, products);
    }
  }

  @Override
  public FixedMoments plus(InputStatistics other) {
    if (!(other instanceof FixedMoments that)
        || that.inputs() != inputs()
        || !that.scale.isSameAs(scale)) {
      throw new IllegalArgumentException("their units differ: was the first block another one?");
    }
    return new FixedMoments(
        scale,
        Math.addExact(samples, that.samples),
        added(sums, that.sums),
        added(products, that.products));
  }

  private static long[] added(long[] some, long[] others) {
    long[] sum = new long[some.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.addExact(some[i], others[i]);
    }
    return sum;
  }

  /** Returns the mean of each input. */
  public double[] means() {
    double[] means = new double[inputs()];
    for (int i = 0; i < means.length; i++) {
      means[i] = scale.shift[i] + Math.scalb(meanInUnits(i), scale.exponent[i]);
    }
    return means;
  }

  private double meanInUnits(int input) {
    return sums[input] / SUM_UNITS / samples;
  }

  /**
   * Returns the covariance of the inputs in another order; the caller closes it.
   *
   * @param row per input its row and column in the result
   */
  public FloatMatrix covariance(int[] row) {
    int inputs = inputs();
    FloatMatrix covariance = new FloatMatrix(inputs, inputs);
    int next = 0;
    for (int i = 0; i < inputs; i++) {
      double mean = meanInUnits(i);
      for (int j = i; j < inputs; j++) {
        double inUnits = products[next++] / PRODUCT_UNITS / samples - mean * meanInUnits(j);
        float value = (float) Math.scalb(inUnits, scale.exponent[i] + scale.exponent[j]);
        covariance.set(row[i], row[j], value);
        covariance.set(row[j], row[i], value);
      }
    }
    return covariance;
  }
}
