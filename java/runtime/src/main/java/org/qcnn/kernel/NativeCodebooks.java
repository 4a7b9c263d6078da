package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.qcnn.graph.BitPlanes;
import org.qcnn.graph.QuantizedWeights;

/**
 * Codebooks and assignments where C can read them, for as long as it packs them. Java copies the
 * bit planes, which may be a mapped file that somebody cuts off: C would not survive that. C
 * unpacks them: a cold virtual machine takes longer for so many bits than for all the rest.
 */
final class NativeCodebooks implements AutoCloseable {
  final FloatBuffer codebooks;
  final ByteBuffer codes;
  private final NativeMemory memory;

  /** Unpacks the weights of the operator called {@code name}. */
  NativeCodebooks(String name, QuantizedWeights weights) {
    FloatBuffer values = weights.codebooks().values();
    BitPlanes assignments = weights.assignmentPlanes();
    ByteBuffer bits = assignments.bytes();
    long codesBegin = (long) values.remaining() * Float.BYTES;
    long planesBegin = codesBegin + assignments.count();
    memory = new NativeMemory(planesBegin + bits.remaining());
    codebooks = memory.floats(0, values.remaining());
    codebooks.duplicate().put(values);
    codes = memory.bytes(codesBegin, assignments.count());
    ByteBuffer planes = memory.bytes(planesBegin, bits.remaining());
    planes.duplicate().put(bits);
    NativeStatus.check(
        name,
        NativeBinding.qcnn_unpack_bit_planes(
            planes, assignments.planes(), assignments.count(), codes));
  }

  @Override
  public void close() {
    memory.close();
  }
}
