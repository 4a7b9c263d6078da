package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** What a layer keeps in native memory: its weights as the C code packs them, and its bias. */
final class NativeWeights {
  final ByteBuffer packed;
  final FloatBuffer bias;
  private final NativeMemory memory;

  private NativeWeights(long packedSize, float[] bias) {
    if (packedSize > Integer.MAX_VALUE) {
      throw new KernelException("weights of " + packedSize + " bytes are too large for one layer");
    }
    long biasBegin = NativeMemory.aligned(packedSize);
    this.memory = new NativeMemory(biasBegin + (long) bias.length * Float.BYTES);
    this.packed = memory.bytes(0, (int) packedSize);
    this.bias = memory.floats(biasBegin, bias.length);
    this.bias.duplicate().put(bias);
  }

  /**
   * Returns room for packed weights, to be filled into {@link #packed}.
   *
   * @param name the operator's name, for messages
   * @param packedSize what the family's size function returned
   */
  static NativeWeights allocate(String name, long packedSize, float[] bias) {
    return new NativeWeights(NativeStatus.size(name, packedSize), bias);
  }

  /** Returns the weights if packing succeeded; otherwise frees the memory and throws. */
  NativeWeights packed(String name, int status) {
    try {
      NativeStatus.check(name, status);
      return this;
    } catch (KernelException failure) {
      free();
      throw failure;
    }
  }

  long bytes() {
    return memory.size();
  }

  /** Frees the memory; the buffers must not be used afterwards. */
  void free() {
    memory.close();
  }
}
