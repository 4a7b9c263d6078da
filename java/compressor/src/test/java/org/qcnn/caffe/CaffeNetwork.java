package org.qcnn.caffe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qcnn.caffe.proto.BlobProto;
import org.qcnn.caffe.proto.BlobShape;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.NetParameter;
import org.qcnn.graph.Graph;

/** A small network for a test: a description as text and weights counted up from 1. */
final class CaffeNetwork {
  private final StringBuilder text = new StringBuilder();
  private final NetParameter.Builder weights = NetParameter.newBuilder();
  private String last;

  private CaffeNetwork(String first) {
    last = first;
  }

  /** Starts with an Input layer of these extents, batch included. */
  static CaffeNetwork input(int... shape) {
    CaffeNetwork network = new CaffeNetwork("data");
    network.text.append("layer { name: 'data' type: 'Input' top: 'data' input_param { shape {");
    for (int extent : shape) {
      network.text.append(" dim: ").append(extent);
    }
    network.text.append(" } } }\n");
    return network;
  }

  /** Starts with text as it is; the first layer reads {@code data}. */
  static CaffeNetwork text(String text) {
    CaffeNetwork network = new CaffeNetwork("data");
    network.text.append(text).append('\n');
    return network;
  }

  /** Adds a layer that reads the layer before it. */
  CaffeNetwork layer(String name, String type, String parameters) {
    text.append(
        String.format(
            "layer { name: '%s' type: '%s' bottom: '%s' top: '%s' %s }%n",
            name, type, last, name, parameters));
    last = name;
    return this;
  }

  /** Adds a layer as text. */
  CaffeNetwork raw(String layer) {
    text.append(layer).append('\n');
    return this;
  }

  /** Adds blobs of these shapes to the weights of a layer. */
  CaffeNetwork blobs(String name, int[]... shapes) {
    LayerParameter.Builder layer = LayerParameter.newBuilder().setName(name);
    for (int[] shape : shapes) {
      layer.addBlobs(blob(shape));
    }
    weights.addLayer(layer);
    return this;
  }

  static BlobProto.Builder blob(int... shape) {
    BlobShape.Builder extents = BlobShape.newBuilder();
    int count = 1;
    for (int extent : shape) {
      extents.addDim(extent);
      count *= extent;
    }
    BlobProto.Builder blob = BlobProto.newBuilder().setShape(extents);
    for (int i = 0; i < count; i++) {
      blob.addData(i + 1);
    }
    return blob;
  }

  NetParameter.Builder weights() {
    return weights;
  }

  /** Writes both files and imports them. */
  Graph read(Path directory) throws IOException {
    // An empty file is no caffemodel; networks without weights have at least their layers.
    if (weights.getLayerCount() == 0 && weights.getLayersCount() == 0) {
      weights.addLayer(LayerParameter.newBuilder().setName("nothing"));
    }
    Path prototxt = directory.resolve("deploy.prototxt");
    Path caffemodel = directory.resolve("net.caffemodel");
    Files.writeString(prototxt, text);
    Files.write(caffemodel, weights.build().toByteArray());
    return CaffeReader.read(prototxt, caffemodel);
  }
}
