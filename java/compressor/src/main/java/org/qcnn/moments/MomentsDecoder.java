package org.qcnn.moments;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads what {@link MomentsEncoder} writes. Nothing is allocated that the file is too short to
 * fill, whatever its numbers say.
 */
final class MomentsDecoder {
  private static final int CHUNK = 8192;

  private final DataInputStream in;
  private final long size;

  /**
   * Prepares to read.
   *
   * @param size bytes of the content, an upper limit for everything in it
   */
  MomentsDecoder(DataInputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  /**
   * Reads everything.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  NetworkMoments read() throws IOException {
    try {
      if (in.readLong() != MomentsEncoder.MAGIC) {
        throw new IllegalArgumentException("it holds no moments of 'qcnn calibrate'");
      }
      int version = in.readInt();
      if (version != MomentsEncoder.VERSION) {
        throw new IllegalArgumentException(
            "its format is " + version + ", this qcnn reads " + MomentsEncoder.VERSION);
      }
      String network = in.readUTF();
      String imageNames = in.readUTF();
      int images = count(in.readInt(), 0);
      NetworkMoments.Origin origin =
          new NetworkMoments.Origin(network, imageNames, images, in.readUTF());
      ImageBlocks blocks = blocks(images);
      int layers = count(in.readInt(), Float.BYTES);
      List<LayerMoments> found = new ArrayList<>();
      for (int i = 0; i < layers; i++) {
        found.add(layer());
      }
      return new NetworkMoments(origin, blocks, found);
    } catch (EOFException | java.io.UTFDataFormatException damaged) {
      throw new IllegalArgumentException("it ends too early or is damaged", damaged);
    }
  }

  private ImageBlocks blocks(int images) throws IOException {
    int count = count(in.readInt(), Integer.BYTES);
    BitSet blocks = new BitSet();
    for (int i = 0; i < count; i++) {
      int block = in.readInt();
      if (block < 0 || block >= ImageBlocks.count(images)) {
        throw damaged("a block " + block);
      }
      blocks.set(block);
    }
    return new ImageBlocks(images, blocks);
  }

  private LayerMoments layer() throws IOException {
    String name = in.readUTF();
    float largestInput = in.readFloat();
    float largestResponse = in.readFloat();
    if (!(largestInput > 0 && largestInput <= Float.MAX_VALUE)
        || !(largestResponse > 0 && largestResponse <= Float.MAX_VALUE)) {
      throw damaged("ranges that are not positive numbers");
    }
    int groups = count(in.readInt(), Integer.BYTES);
    if (groups == 0) {
      throw damaged("a layer without inputs");
    }
    List<InputStatistics> found = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      found.add(group());
    }
    return new LayerMoments(name, found, largestInput, largestResponse);
  }

  private InputStatistics group() throws IOException {
    int kind = in.readByte();
    int inputs = count(in.readInt(), Float.BYTES);
    if (inputs == 0) {
      throw damaged("a layer without inputs");
    }
    return switch (kind) {
      case MomentsEncoder.FIXED -> fixed(inputs);
      case MomentsEncoder.KEPT -> kept(inputs);
      default -> throw damaged("statistics of kind " + kind);
    };
  }

  private FixedMoments fixed(int inputs) throws IOException {
    long samples = in.readLong();
    if (samples < 0 || (long) inputs * (inputs + 1) / 2 > size / Long.BYTES) {
      throw damaged(inputs + " inputs");
    }
    float[] shift = floats(inputs);
    byte[] exponent = new byte[inputs];
    in.readFully(exponent);
    long[] sums = longs(inputs);
    return new FixedMoments(
        new InputScale(shift, exponent), samples, sums, longs(FixedMoments.triangle(inputs)));
  }

  private KeptSamples kept(int inputs) throws IOException {
    int perImage = count(in.readInt(), 0);
    int images = count(in.readInt(), Float.BYTES);
    if (perImage == 0 || (long) perImage * inputs > size / Float.BYTES) {
      throw damaged(perImage + " samples of " + inputs + " inputs");
    }
    Map<Integer, float[]> found = new TreeMap<>();
    for (int i = 0; i < images; i++) {
      int image = in.readInt();
      found.put(image, floats(perImage * inputs));
    }
    return new KeptSamples(inputs, perImage, found);
  }

  /** Checks a number of things of which each takes so many bytes of the file at least. */
  private int count(int number, int bytes) {
    if (number < 0 || (long) number * bytes > size) {
      throw damaged("a count of " + number);
    }
    return number;
  }

  private static IllegalArgumentException damaged(String what) {
    return new IllegalArgumentException("it is damaged: it tells of " + what);
  }

  private float[] floats(int count) throws IOException {
    float[] values = new float[count];
    byte[] chunk = new byte[CHUNK * Float.BYTES];
    for (int start = 0; start < count; start += CHUNK) {
      int part = Math.min(CHUNK, count - start);
      in.readFully(chunk, 0, part * Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().get(values, start, part);
    }
    return values;
  }

  private long[] longs(int count) throws IOException {
    long[] values = new long[count];
    byte[] chunk = new byte[CHUNK * Long.BYTES];
    for (int start = 0; start < count; start += CHUNK) {
      int part = Math.min(CHUNK, count - start);
      in.readFully(chunk, 0, part * Long.BYTES);
      ByteBuffer.wrap(chunk).asLongBuffer().get(values, start, part);
    }
    return values;
  }
}
