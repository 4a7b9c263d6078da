package org.qcnn.caffe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.qcnn.caffe.proto.BlobProto;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.NetParameter;
import org.qcnn.caffe.proto.V1LayerParameter;
import org.qcnn.graph.GraphException;

/** The weights of a caffemodel by the name of their layer. */
final class Blobs {
  private final Map<String, List<BlobProto>> ofLayer = new HashMap<>();
  private final Path file;

  Blobs(NetParameter weights, Path file) {
    this.file = file;
    for (LayerParameter layer : weights.getLayerList()) {
      add(layer.getName(), layer.getBlobsList());
    }
    for (V1LayerParameter layer : weights.getLayersList()) {
      add(layer.getName(), layer.getBlobsList());
    }
  }

  private void add(String layer, List<BlobProto> blobs) {
    if (!blobs.isEmpty()) {
      ofLayer.putIfAbsent(layer, blobs);
    }
  }

  /**
   * Returns a blob's values, last axis fastest.
   *
   * @throws GraphException if the blob is missing, has another shape or not as many values
   */
  float[] read(LayerParameter layer, int index, int... expected) {
    List<BlobProto> blobs = ofLayer.getOrDefault(layer.getName(), List.of());
    String what = NetBuilder.describe(layer) + " needs weights of " + text(expected);
    if (index >= blobs.size()) {
      throw new GraphException(
          what
              + " as blob "
              + index
              + "; "
              + file
              + " has "
              + (blobs.isEmpty() ? "none for a layer of this name" : "only " + blobs.size()));
    }
    BlobProto blob = blobs.get(index);
    long[] shape = shape(blob);
    // Old files write every blob with four axes, ones in front.
    if (!Arrays.equals(withoutLeadingOnes(widen(expected)), withoutLeadingOnes(shape))) {
      throw new GraphException(
          what + " as blob " + index + "; found " + text(shape) + " in " + file);
    }
    int count = Math.max(blob.getDataCount(), blob.getDoubleDataCount());
    if (count != product(expected)) {
      throw new GraphException(
          what
              + "; blob "
              + index
              + " in "
              + file
              + " says "
              + text(shape)
              + " but holds "
              + count
              + " values");
    }
    return values(blob, count);
  }

  private static float[] values(BlobProto blob, int count) {
    float[] values = new float[count];
    boolean isDouble = blob.getDoubleDataCount() == count;
    for (int i = 0; i < count; i++) {
      values[i] = isDouble ? (float) blob.getDoubleData(i) : blob.getData(i);
    }
    return values;
  }

  private static long[] shape(BlobProto blob) {
    if (blob.hasShape()) {
      return blob.getShape().getDimList().stream().mapToLong(Long::longValue).toArray();
    }
    return new long[] {blob.getNum(), blob.getChannels(), blob.getHeight(), blob.getWidth()};
  }

  private static long product(int[] extents) {
    long product = 1;
    for (int extent : extents) {
      product = Math.multiplyExact(product, extent);
    }
    return product;
  }

  private static long[] widen(int[] extents) {
    return Arrays.stream(extents).asLongStream().toArray();
  }

  private static long[] withoutLeadingOnes(long[] extents) {
    int first = 0;
    while (first < extents.length && extents[first] == 1) {
      first++;
    }
    return Arrays.copyOfRange(extents, first, extents.length);
  }

  private static String text(int[] extents) {
    return text(widen(extents));
  }

  private static String text(long[] extents) {
    List<String> words = new ArrayList<>();
    for (long extent : extents) {
      words.add(Long.toString(extent));
    }
    return words.isEmpty() ? "1" : words.stream().collect(Collectors.joining("x"));
  }
}
