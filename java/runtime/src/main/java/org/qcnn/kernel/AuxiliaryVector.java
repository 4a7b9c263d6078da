package org.qcnn.kernel;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What Linux tells a program about its machine when it starts it: {@code /proc/self/auxv}. */
final class AuxiliaryVector {
  private static final long PAGE_SIZE = 6;
  private static final long HARDWARE_CAPABILITIES = 16;

  private final ByteBuffer words;
  private final boolean wide;

  /** Takes pairs of a type and a value, each 8 bytes if wide, otherwise 4. */
  AuxiliaryVector(byte[] content, boolean wide) {
    this.words = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
    this.wide = wide;
  }

  /** Reads that of this process; an empty one where there is none to read. */
  static AuxiliaryVector read() {
    boolean wide = System.getProperty("os.arch", "").contains("64");
    try (InputStream file = new FileInputStream("/proc/self/auxv")) {
      byte[] content = new byte[4096];
      int length = Math.max(0, file.read(content));
      return new AuxiliaryVector(Arrays.copyOf(content, length), wide);
    } catch (IOException notLinux) {
      return new AuxiliaryVector(new byte[0], wide);
    }
  }

  /** Returns the page size in bytes, 0 if unknown. */
  long pageSize() {
    return value(PAGE_SIZE);
  }

  /** Returns {@code AT_HWCAP}, 0 if unknown. */
  long hardwareCapabilities() {
    return value(HARDWARE_CAPABILITIES);
  }

  private long value(long type) {
    int pair = wide ? 16 : 8;
    for (int at = 0; at + pair <= words.limit(); at += pair) {
      if (word(at) == type) {
        return word(at + pair / 2);
      }
    }
    return 0;
  }

  private long word(int at) {
    return wide ? words.getLong(at) : words.getInt(at) & 0xffffffffL;
  }
}
