package org.qcnn.kernel;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.qcnn.graph.BitPlanes;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.ScaledBytes;
import org.qcnn.tensor.Tensor;

/**
 * Codebooks and assignments where C can read them, for as long as it packs them. C decodes them: a
 * virtual machine that has just started takes longer for so many bits than for all the rest. But
 * Java copies them first, as they may lie in a mapped file that somebody cuts off, which C would
 * not survive.
 */
final class NativeCodebooks implements AutoCloseable {
  final FloatBuffer codebooks;
  final ByteBuffer codes;
  private final NativeMemory memory;

  /** Decodes the weights of the operator called {@code name}. */
  NativeCodebooks(String name, QuantizedWeights weights) {
    int numbers = weights.codebooks().shape().count();
    BitPlanes assignments = weights.assignmentPlanes();
    long encodedBegin = (long) numbers * Float.BYTES;
    int encodedBytes = Math.max(encodedBytes(weights.codebooks()), assignments.bytes().remaining());
    long codesBegin = encodedBegin + encodedBytes;
    memory = new NativeMemory(codesBegin + assignments.count());
    codebooks = memory.floats(0, numbers);
    codes = memory.bytes(codesBegin, assignments.count());
    ByteBuffer encoded = memory.bytes(encodedBegin, encodedBytes);
    try {
      decode(name, weights.codebooks(), encoded);
      decode(name, assignments, encoded);
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  private static int encodedBytes(Tensor values) {
    ScaledBytes bytes = values.bytes();
    return bytes == null
        ? values.shape().count() * Short.BYTES
        : scaleBytes(bytes) + bytes.bytes().remaining();
  }

  private static int scaleBytes(ScaledBytes bytes) {
    return bytes.count() / bytes.part() * Float.BYTES;
  }

  private void decode(String name, Tensor values, ByteBuffer encoded) {
    if (values.halves() != null) {
      decodeHalves(name, values.halves(), encoded);
    } else if (values.bytes() != null) {
      decodeBytes(name, values.bytes(), encoded);
    } else {
      codebooks.duplicate().put(values.values());
    }
  }

  /** The scales come first in {@code encoded}, then the bytes. */
  private void decodeBytes(String name, ScaledBytes values, ByteBuffer encoded) {
    FloatBuffer scales = encoded.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
    scales.put(values.scales());
    ((Buffer) scales).flip();
    ByteBuffer rest = encoded.duplicate();
    ((Buffer) rest).position(scaleBytes(values));
    ByteBuffer bytes = rest.slice();
    bytes.duplicate().put(values.bytes());
    NativeStatus.check(
        name,
        NativeBinding.qcnn_scaled_bytes_to_floats(
            bytes,
            values.isShared() ? 1 : 0,
            scales,
            scales.remaining(),
            values.part(),
            codebooks));
  }

  private void decodeHalves(String name, ShortBuffer halves, ByteBuffer encoded) {
    ShortBuffer copy = encoded.duplicate().order(ByteOrder.nativeOrder()).asShortBuffer();
    copy.put(halves);
    ((Buffer) copy).flip(); // On Android 24 only Buffer has this method.
    NativeStatus.check(name, NativeBinding.qcnn_halves_to_floats(copy, copy.limit(), codebooks));
  }

  private void decode(String name, BitPlanes assignments, ByteBuffer encoded) {
    encoded.duplicate().put(assignments.bytes());
    NativeStatus.check(
        name,
        NativeBinding.qcnn_unpack_bit_planes(
            encoded, assignments.planes(), assignments.count(), codes));
  }

  @Override
  public void close() {
    memory.close();
  }
}
