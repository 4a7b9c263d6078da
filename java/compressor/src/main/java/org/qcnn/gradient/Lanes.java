package org.qcnn.gradient;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/**
 * Sums over the images of a batch in an order that does not depend on the number of threads: lanes
 * of consecutive images are summed alone, then the lanes one after the other. Also the scratch
 * memory of the threads. All steps of a network share it, one after the other.
 */
final class Lanes implements AutoCloseable {
  /** How many lanes there are at most. */
  static final int COUNT = 8;

  private static final int PART = 1 << 14;

  /** Work on the images of one lane, {@code first} to {@code last} - 1. */
  interface Work {
    void run(int lane, int first, int last, int thread);
  }

  private final Workers workers;
  private final FloatMatrix[] sums = new FloatMatrix[COUNT];
  private final FloatMatrix[] columns;
  private final float[][][] rows;

  Lanes(Workers workers) {
    this.workers = workers;
    this.columns = new FloatMatrix[workers.threads()];
    this.rows = new float[workers.threads()][0][];
  }

  Workers workers() {
    return workers;
  }

  /** Runs through all images, lane by lane. */
  void run(int images, Work work) {
    workers.run(
        Math.min(COUNT, images),
        (lane, thread) -> {
          int lanes = Math.min(COUNT, images);
          work.run(lane, lane * images / lanes, (lane + 1) * images / lanes, thread);
        });
  }

  /** Returns the sum of a lane as a matrix; what was in it is of no value. */
  FloatMatrix sum(int lane, int height, int width) {
    sums[lane] = atLeast(sums[lane], height * width);
    return sums[lane].reshaped(height, width);
  }

  /** Adds the sums of all lanes that {@link #run} used to {@code target}. */
  void addSums(int images, float[] target) {
    int lanes = Math.min(COUNT, images);
    workers.run(
        (target.length + PART - 1) / PART,
        (part, thread) -> {
          int first = part * PART;
          int count = Math.min(PART, target.length - first);
          float[] values = row(thread, 0, PART);
          for (int lane = 0; lane < lanes; lane++) {
            FloatBuffer sum = sums[lane].values();
            sum.get(first, values, 0, count);
            add(values, target, first, count);
          }
        });
  }

  static void add(float[] values, float[] target, int offset, int count) {
    for (int i = 0; i < count; i++) {
      target[offset + i] += values[i];
    }
  }

  /** Returns a matrix of a thread's own. */
  FloatMatrix columns(int thread, int height, int width) {
    columns[thread] = atLeast(columns[thread], height * width);
    return columns[thread].reshaped(height, width);
  }

  /** Returns array number {@code index} of a thread's own, of at least {@code size}. */
  float[] row(int thread, int index, int size) {
    if (rows[thread].length <= index) {
      rows[thread] = Arrays.copyOf(rows[thread], index + 1);
    }
    float[] row = rows[thread][index];
    if (row == null || row.length < size) {
      row = new float[size];
      rows[thread][index] = row;
    }
    return row;
  }

  private static FloatMatrix atLeast(FloatMatrix present, int size) {
    if (present != null && present.rows() >= size) {
      return present;
    }
    if (present != null) {
      present.close();
    }
    return new FloatMatrix(size, 1);
  }

  @Override
  public void close() {
    for (FloatMatrix sum : sums) {
      close(sum);
    }
    for (FloatMatrix matrix : columns) {
      close(matrix);
    }
  }

  private static void close(FloatMatrix matrix) {
    if (matrix != null) {
      matrix.close();
    }
  }
}
