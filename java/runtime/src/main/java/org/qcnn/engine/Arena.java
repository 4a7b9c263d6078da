package org.qcnn.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places the buffers of a run in one block: two buffers may share bytes when the steps during which
 * they are needed do not overlap. Greedy, largest first, each at the lowest offset that is free.
 */
final class Arena {
  private static final long ALIGNMENT = 64;

  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<String, Buffer> byName = new HashMap<>();
  private long size;

  /** Asks for a buffer of {@code bytes} bytes that is needed from step {@code first} on. */
  void add(String name, long bytes, int first) {
    Buffer buffer = new Buffer(Math.max(ALIGNMENT, align(bytes)), first);
    buffers.add(buffer);
    byName.put(name, buffer);
  }

  /** Returns whether there is a buffer of this name. */
  boolean contains(String name) {
    return byName.containsKey(name);
  }

  /** Notes that a buffer is still needed in step {@code step}. */
  void extend(String name, int step) {
    Buffer buffer = byName.get(name);
    buffer.last = Math.max(buffer.last, step);
  }

  /** Gives every buffer its offset; call once, when all are known. */
  void place() {
    List<Buffer> placed = new ArrayList<>();
    List<Buffer> waiting = new ArrayList<>(buffers);
    waiting.sort(new LargestFirst());
    for (Buffer buffer : waiting) {
      buffer.offset = lowestFree(buffer, placed);
      size = Math.max(size, buffer.offset + buffer.bytes);
      placed.add(buffer);
      placed.sort(new LowestFirst());
    }
  }

  private static long lowestFree(Buffer buffer, List<Buffer> placed) {
    long offset = 0;
    for (Buffer other : placed) {
      boolean together = other.first <= buffer.last && buffer.first <= other.last;
      if (together && other.offset < offset + buffer.bytes) {
        offset = Math.max(offset, other.offset + other.bytes);
      }
    }
    return offset;
  }

  /** Returns where a buffer lies, in bytes from the start of the block. */
  long offset(String name) {
    return byName.get(name).offset;
  }

  /** Returns the bytes of the whole block. */
  long size() {
    return size;
  }

  private static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static final class Buffer {
    final long bytes;
    final int first;
    int last;
    long offset;

    Buffer(long bytes, int first) {
      this.bytes = bytes;
      this.first = first;
      this.last = first;
    }
  }

  // Classes, not lambdas: the first lambdas take a virtual machine longer than a small network.

  private static final class LargestFirst implements Comparator<Buffer> {
    @Override
    public int compare(Buffer a, Buffer b) {
      return Long.compare(b.bytes, a.bytes);
    }
  }

  private static final class LowestFirst implements Comparator<Buffer> {
    @Override
    public int compare(Buffer a, Buffer b) {
      return Long.compare(a.offset, b.offset);
    }
  }
}
