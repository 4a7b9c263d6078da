package org.qcnn.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.qcnn.graph.QuantizedWeights;

/** Codebooks and assignments where C can read them, for as long as it packs them. */
final class NativeCodebooks implements AutoCloseable {
  final FloatBuffer codebooks;
  final ByteBuffer codes;
  private final NativeMemory memory;

  NativeCodebooks(QuantizedWeights weights) {
    FloatBuffer values = weights.codebooks().values();
    byte[] assignments = weights.assignments();
    long codesBegin = (long) values.remaining() * Float.BYTES;
    memory = new NativeMemory(codesBegin + assignments.length);
    codebooks = memory.floats(0, values.remaining());
    codebooks.duplicate().put(values);
    codes = memory.bytes(codesBegin, assignments.length);
    codes.duplicate().put(assignments);
  }

  @Override
  public void close() {
    memory.close();
  }
}
