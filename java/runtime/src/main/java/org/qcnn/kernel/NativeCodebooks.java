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
  private final String name;
  private final BitPlanes assignments;
  private final ByteBuffer codes;
  private final ByteBuffer encoded;
  private final NativeMemory memory;

  /**
   * Decodes the codebooks of the operator called {@code name}.
   *
   * @param mostCodes that are decoded at a time: new pages of memory, which the system clears, cost
   *     more than decoding does
   */
  NativeCodebooks(String name, QuantizedWeights weights, int mostCodes) {
    int numbers = weights.codebooks().shape().count();
    this.name = name;
    this.assignments = weights.assignmentPlanes();
    long encodedBegin = (long) numbers * Float.BYTES;
    int encodedBytes =
        Math.max(encodedBytes(weights.codebooks()), assignments.planes() * planeBytes(mostCodes));
    long codesBegin = encodedBegin + encodedBytes;
    memory = new NativeMemory(codesBegin + mostCodes);
    codebooks = memory.floats(0, numbers);
    codes = memory.bytes(codesBegin, mostCodes);
    encoded = memory.bytes(encodedBegin, encodedBytes);
    try {
      decode(weights.codebooks());
    } catch (RuntimeException failure) {
      memory.close();
      throw failure;
    }
  }

  private static int planeBytes(int codes) {
    return (int) ((codes + 7L) / 8);
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

  private void decode(Tensor values) {
    if (values.halves() != null) {
      decodeHalves(values.halves());
    } else if (values.bytes() != null) {
      decodeBytes(values.bytes());
    } else {
      codebooks.duplicate().put(values.values());
    }
  }

  /** The scales come first in {@code encoded}, then the bytes. */
  private void decodeBytes(ScaledBytes values) {
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

  private void decodeHalves(ShortBuffer halves) {
    ShortBuffer copy = encoded.duplicate().order(ByteOrder.nativeOrder()).asShortBuffer();
    copy.put(halves);
    ((Buffer) copy).flip(); // On Android 24 only Buffer has this method.
    NativeStatus.check(name, NativeBinding.qcnn_halves_to_floats(copy, copy.limit(), codebooks));
  }

  /**
   * Decodes some of the assignments into a buffer that the next call overwrites.
   *
   * @param first a multiple of 8
   */
  ByteBuffer codes(int first, int count) {
    ByteBuffer to = encoded.duplicate();
    for (int plane = 0; plane < assignments.planes(); plane++) {
      ByteBuffer from = assignments.bytes();
      int begin = plane * planeBytes(assignments.count()) + first / 8;
      ((Buffer) from).limit(begin + planeBytes(count));
      ((Buffer) from).position(begin);
      to.put(from);
    }
    NativeStatus.check(
        name, NativeBinding.qcnn_unpack_bit_planes(encoded, assignments.planes(), count, codes));
    return codes;
  }

  @Override
  public void close() {
    memory.close();
  }
}
