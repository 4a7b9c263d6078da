package org.qcnn.benchmarks;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** The C library's memcpy: what the memory of a machine gives at best. */
final class MemoryCopy implements Contestant {
  private final BytePointer source;
  private final BytePointer target;

  MemoryCopy(long bytes) {
    source = new BytePointer(bytes);
    target = new BytePointer(bytes);
    // Memory that was never written is one page of zeros, read again and again.
    Pointer.memset(source, 1, bytes);
    Pointer.memset(target, 2, bytes);
  }

  @Override
  public String name() {
    return "memcpy";
  }

  @Override
  public void run() {
    Pointer.memcpy(target, source, source.capacity());
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }
}
