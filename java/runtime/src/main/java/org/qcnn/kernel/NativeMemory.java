package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Memory of the C library, without any part of the garbage collector. */
final class NativeMemory extends Memory {
  private static final int ALIGNMENT = 64;

  private final long size;
  private final long begin;
  private long block;

  NativeMemory(long size) {
    if (size < 0) {
      throw new KernelException("cannot allocate " + size + " bytes");
    }
    NativeLibrary.require();
    this.size = size;
    this.block = allocate(size / ALIGNMENT + 2, ALIGNMENT);
    if (block == 0) {
      throw new KernelException("there is no memory left for " + size + " bytes");
    }
    this.begin = aligned(block);
  }

  /** Returns a copy of all values. */
  static NativeMemory copyOf(FloatBuffer values) {
    NativeMemory copy = new NativeMemory((long) values.remaining() * Float.BYTES);
    copy.floats(0, values.remaining()).put(values);
    return copy;
  }

  /** Returns the size rounded up to the alignment, so that something aligned can follow. */
  static long aligned(long size) {
    return (size + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Returns whether C can see the floats of a direct buffer: Java hides those that do not lie at a
   * multiple of their size.
   */
  static boolean isVisible(FloatBuffer buffer) {
    long address = address(buffer);
    return address != 0 && address % Float.BYTES == 0;
  }

  /** Returns where a direct buffer begins, or 0 if C cannot know. */
  private static native long address(Buffer buffer);

  /** Returns the address of zeroed memory for so many blocks, or 0 if there is none. */
  private static native long allocate(long blocks, long blockSize);

  private static native void free(long block);

  /** Returns a buffer over memory that nobody checks. */
  private static native ByteBuffer view(long address, long bytes);

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized ByteBuffer bytes(long offset, int bytes) {
    if (block == 0) {
      throw new IllegalStateException("the memory was freed");
    }
    checkRange(offset, bytes);
    return view(begin + offset, bytes).order(ByteOrder.nativeOrder());
  }

  @Override
  public synchronized void close() {
    if (block != 0) {
      free(block);
      block = 0;
    }
  }
}
