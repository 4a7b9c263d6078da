package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Memory of the C library, without any part of the garbage collector. */
final class NativeMemory extends Memory {
  private static final int ALIGNMENT = 64;

  private final long size;
  private final long padding;
  private Pointer block;

  NativeMemory(long size) {
    if (size < 0) {
      throw new KernelException("cannot allocate " + size + " bytes");
    }
    NativeLibrary.require();
    this.size = size;
    // As a product, of which calloc notices when it exceeds the addresses of a 32-bit system.
    this.block = Pointer.calloc(size / ALIGNMENT + 2, ALIGNMENT);
    if (block == null || block.isNull()) {
      throw new KernelException("there is no memory left for " + size + " bytes");
    }
    this.padding = -block.address() & (ALIGNMENT - 1);
  }

  /** Returns a copy of all values. */
  static NativeMemory copyOf(FloatBuffer values) {
    NativeMemory copy = new NativeMemory((long) values.remaining() * Float.BYTES);
    copy.floats(0, values.remaining()).put(values);
    return copy;
  }

  /** Returns the size rounded up to the alignment, so that something aligned can follow. */
  static long aligned(long size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public synchronized ByteBuffer bytes(long offset, int bytes) {
    if (block == null) {
      throw new IllegalStateException("the memory was freed");
    }
    checkRange(offset, bytes);
    ByteBuffer view =
        new BytePointer(block).getPointer(padding + offset).limit(bytes).asByteBuffer();
    Buffer cursor = view; // On Android 24 only Buffer has this method.
    cursor.limit(bytes); // JavaCPP takes a limit of 0 for none.
    return view.order(ByteOrder.nativeOrder());
  }

  @Override
  public synchronized void close() {
    if (block != null) {
      Pointer.free(block);
      block = null;
    }
  }
}
