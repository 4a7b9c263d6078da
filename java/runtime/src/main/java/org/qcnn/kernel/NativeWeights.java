package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.function.ToIntFunction;

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
   * Returns packed weights.
   *
   * @param name the operator's name, for messages
   * @param packedSize what the family's size function returned
   * @param pack fills the buffer it gets and returns a status
   */
  static NativeWeights pack(
      String name, long packedSize, float[] bias, ToIntFunction<ByteBuffer> pack) {
    NativeWeights weights = new NativeWeights(NativeStatus.size(name, packedSize), bias);
    try {
      NativeStatus.check(name, pack.applyAsInt(weights.packed));
      return weights;
    } catch (RuntimeException failure) {
      weights.free();
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
