package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory in one direct buffer, which the garbage collector frees some time after closing. */
final class DirectMemory extends Memory {
  private final int size;
  private volatile ByteBuffer block;

  DirectMemory(long size) {
    if (size < 0 || size > Integer.MAX_VALUE) {
      throw new KernelException(
          "the Java kernels cannot allocate " + size + " bytes at once, only up to 2^31-1");
    }
    this.size = (int) size;
    this.block = ByteBuffer.allocateDirect(this.size);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public ByteBuffer bytes(long offset, int bytes) {
    ByteBuffer open = block;
    if (open == null) {
      throw new IllegalStateException("the memory was freed");
    }
    checkRange(offset, bytes);
    ByteBuffer whole = open.duplicate();
    Buffer cursor = whole; // On Android 24 only Buffer has these two methods.
    cursor.limit((int) offset + bytes);
    cursor.position((int) offset);
    return whole.slice().order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    block = null;
  }
}
