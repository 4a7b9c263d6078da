package org.qcnn.algebra;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * A mutable matrix of floats in native memory, row by row, for OpenBLAS. Whoever made it closes it.
 *
 * <p>OpenBLAS itself is kept to one thread: work is shared between threads in parts of fixed size
 * (see {@link Workers}), so that results do not depend on the number of threads.
 */
public final class FloatMatrix implements AutoCloseable {
  static {
    openblas.blas_set_num_threads(1);
  }

  private final int rows;
  private final int columns;
  private final FloatPointer pointer;
  private final FloatBuffer values;

  /** Returns a matrix of zeros. */
  public FloatMatrix(int rows, int columns) {
    if ((long) rows * columns > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(rows + " x " + columns + " is too large for a matrix");
    }
    this.rows = rows;
    this.columns = columns;
    this.pointer = new FloatPointer((long) rows * columns);
    this.values = pointer.asBuffer();
    clear();
  }

  private FloatMatrix(int rows, int columns, FloatPointer pointer) {
    this.rows = rows;
    this.columns = columns;
    this.pointer = pointer;
    this.values = pointer.asBuffer();
  }

  /**
   * Returns the first elements as a matrix of another shape. It shares them, and is of use until
   * this matrix is closed; closing it does nothing.
   */
  public FloatMatrix reshaped(int otherRows, int otherColumns) {
    if ((long) otherRows * otherColumns > (long) rows * columns) {
      throw new IllegalArgumentException(
          "a matrix of " + rows + " x " + columns + " has no " + otherRows + " x " + otherColumns);
    }
    FloatPointer view = pointer.getPointer(0);
    return new FloatMatrix(otherRows, otherColumns, view.limit((long) otherRows * otherColumns));
  }

  /** Returns whether both have the same first element in memory. */
  public boolean sharesElementsWith(FloatMatrix other) {
    return pointer.address() == other.pointer.address();
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Returns the flat index of an element. */
  public int index(int row, int column) {
    return row * columns + column;
  }

  public float get(int row, int column) {
    return values.get(row * columns + column);
  }

  public void set(int row, int column, float value) {
    values.put(row * columns + column, value);
  }

  /** Returns the elements, a view with a position of its own. */
  public FloatBuffer values() {
    return values.duplicate();
  }

  /** Copies all elements of another matrix of the same shape. */
  public void copyFrom(FloatMatrix other) {
    Pointer.memcpy(pointer, other.pointer, (long) rows * columns * Float.BYTES);
  }

  /** Sets all elements to zero. */
  public void clear() {
    Pointer.memset(pointer, 0, (long) rows * columns * Float.BYTES);
  }

  /** Adds another matrix of the same shape. */
  public void add(FloatMatrix other) {
    for (int i = 0; i < rows * columns; i++) {
      values.put(i, values.get(i) + other.values.get(i));
    }
  }

  /** Returns the sum of the squared differences from another matrix of the same shape. */
  public double squaredDistance(FloatMatrix other) {
    double sum = 0;
    for (int i = 0; i < rows * columns; i++) {
      double difference = (double) values.get(i) - other.values.get(i);
      sum += difference * difference;
    }
    return sum;
  }

  /** Returns a view of a block of this matrix to multiply with. */
  public Block block(int firstRow, int blockRows, int firstColumn, int blockColumns) {
    return new Block(this, firstRow, blockRows, firstColumn, blockColumns, false);
  }

  /** Returns a view of the whole matrix. */
  public Block whole() {
    return block(0, rows, 0, columns);
  }

  /** Returns the sum over all elements of this times other, in double. */
  public double dot(FloatMatrix other) {
    double sum = 0;
    for (int i = 0; i < rows * columns; i++) {
      sum += (double) values.get(i) * other.values.get(i);
    }
    return sum;
  }

  @Override
  public void close() {
    pointer.close();
  }

  /** A rectangular part of a matrix, possibly read as its transpose. */
  public static final class Block {
    private final FloatMatrix matrix;
    private final int firstRow;
    private final int firstColumn;
    private final int rows;
    private final int columns;
    private final boolean transposed;

    private Block(
        FloatMatrix matrix,
        int firstRow,
        int rows,
        int firstColumn,
        int columns,
        boolean transposed) {
      if (firstRow < 0
          || firstColumn < 0
          || firstRow + rows > matrix.rows
          || firstColumn + columns > matrix.columns) {
        throw new IndexOutOfBoundsException("the block does not lie in the matrix");
      }
      this.matrix = matrix;
      this.firstRow = firstRow;
      this.rows = rows;
      this.firstColumn = firstColumn;
      this.columns = columns;
      this.transposed = transposed;
    }

    /** Returns the transpose of this block. */
    public Block transpose() {
      return new Block(matrix, firstRow, rows, firstColumn, columns, !transposed);
    }

    private int height() {
      return transposed ? columns : rows;
    }

    private int width() {
      return transposed ? rows : columns;
    }

    private FloatPointer start() {
      return matrix.pointer.getPointer(matrix.index(firstRow, firstColumn));
    }

    /**
     * Sets this block to {@code beta * this + alpha * a * b}; this block must not be transposed.
     */
    public void addProduct(float beta, float alpha, Block a, Block b) {
      if (transposed || a.width() != b.height() || a.height() != rows || b.width() != columns) {
        throw new IllegalArgumentException("the blocks cannot be multiplied");
      }
      openblas.cblas_sgemm(
          openblas.CblasRowMajor,
          a.transposed ? openblas.CblasTrans : openblas.CblasNoTrans,
          b.transposed ? openblas.CblasTrans : openblas.CblasNoTrans,
          rows,
          columns,
          a.width(),
          alpha,
          a.start(),
          a.matrix.columns,
          b.start(),
          b.matrix.columns,
          beta,
          start(),
          matrix.columns);
    }
  }
}
