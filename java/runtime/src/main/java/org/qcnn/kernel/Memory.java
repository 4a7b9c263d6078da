package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A block of zeroed memory outside the Java heap, 64-byte aligned, freed by {@link #close}. No view
 * of it may be used after that.
 */
public abstract class Memory implements AutoCloseable {
  /** Returns the size in bytes. */
  public abstract long size();

  /**
   * Returns a view of {@code bytes} bytes from {@code offset} on, in native byte order.
   *
   * @throws IndexOutOfBoundsException if the range does not lie in the block
   * @throws IllegalStateException if the block was freed
   */
  public abstract ByteBuffer bytes(long offset, int bytes);

  /** Returns a view of {@code count} floats from byte {@code offset} on. */
  public final FloatBuffer floats(long offset, int count) {
    return bytes(offset, Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** Returns a view of the whole block as floats. */
  public final FloatBuffer floats() {
    return floats(0, Math.toIntExact(size() / Float.BYTES));
  }

  /** Checks that a range lies in the block. */
  final void checkRange(long offset, int bytes) {
    if (offset < 0 || bytes < 0 || offset > size() - bytes) {
      throw new IndexOutOfBoundsException(
          bytes + " bytes from " + offset + " on do not lie in a block of " + size());
    }
  }

  @Override
  public abstract void close();
}
