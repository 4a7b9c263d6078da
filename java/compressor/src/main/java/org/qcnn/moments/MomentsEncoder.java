package org.qcnn.moments;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Writes moments, big-endian: {@code QCNNMOM}, the version of the format, the origin, the numbers
 * of the blocks, then for each layer its name, ranges and groups. A group is a byte that says its
 * kind, the number of inputs, and {@link FixedMoments} or {@link KeptSamples} element by element.
 */
final class MomentsEncoder {
  static final long MAGIC = 0x51434e4e4d4f4d0aL; // "QCNNMOM" and a line feed
  static final int VERSION = 1;
  static final int FIXED = 1;
  static final int KEPT = 2;
  private static final int CHUNK = 8192;

  private final DataOutputStream out;

  /** Prepares to write to a stream, which stays open. */
  MomentsEncoder(OutputStream stream) {
    out = new DataOutputStream(stream);
  }

  void write(NetworkMoments moments) throws IOException {
    out.writeLong(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(moments.origin().network());
    out.writeUTF(moments.origin().imageNames());
    out.writeInt(moments.origin().images());
    out.writeUTF(moments.origin().preprocessing());
    int[] blocks = moments.blocks().numbers();
    out.writeInt(blocks.length);
    for (int block : blocks) {
      out.writeInt(block);
    }
    out.writeInt(moments.layers().size());
    for (LayerMoments layer : moments.layers()) {
      out.writeUTF(layer.name());
      out.writeFloat(layer.largestInput());
      out.writeFloat(layer.largestResponse());
      out.writeInt(layer.groups().size());
      for (InputStatistics group : layer.groups()) {
        write(group);
      }
    }
    out.flush();
  }

  private void write(InputStatistics group) throws IOException {
    if (group instanceof FixedMoments moments) {
      out.writeByte(FIXED);
      out.writeInt(moments.inputs());
      out.writeLong(moments.samples);
      floats(moments.scale.shift);
      out.write(moments.scale.exponent);
      longs(moments.sums);
      longs(moments.products);
    } else if (group instanceof KeptSamples samples) {
      out.writeByte(KEPT);
      out.writeInt(samples.inputs());
      out.writeInt(samples.perImage);
      out.writeInt(samples.images.size());
      for (Map.Entry<Integer, float[]> image : samples.images.entrySet()) {
        out.writeInt(image.getKey());
        floats(image.getValue());
      }
    }
  }

  private void floats(float[] values) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      chunk.asFloatBuffer().put(values, start, count);
      out.write(chunk.array(), 0, count * Float.BYTES);
    }
  }

  private void longs(long[] values) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Long.BYTES);
    for (int start = 0; start < values.length; start += CHUNK) {
      int count = Math.min(CHUNK, values.length - start);
      chunk.asLongBuffer().put(values, start, count);
      out.write(chunk.array(), 0, count * Long.BYTES);
    }
  }
}
