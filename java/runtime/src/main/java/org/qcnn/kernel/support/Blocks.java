package org.qcnn.kernel.support;

/** Many small items cut into blocks of one size, so that a task is worth its overhead. */
public final class Blocks {
  private final int size;

  /** Returns blocks of {@code size} items; the last one may be smaller. */
  public Blocks(int size) {
    this.size = size;
  }

  /** Returns the number of blocks that {@code items} items make. */
  public int count(int items) {
    return (items - 1) / size + 1;
  }

  /** Returns the first item of a block. */
  public int begin(int block) {
    return block * size;
  }

  /** Returns the item behind the last one of the block before {@code block}. */
  public int end(int block, int items) {
    return (int) Math.min((long) block * size, items);
  }
}
