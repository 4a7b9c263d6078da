package org.qcnn.caffe;

import java.nio.file.Path;
import java.util.List;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.NetParameter;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphCleaner;
import org.qcnn.graph.GraphException;

/**
 * Imports a network from Caffe: the description of its layers (deploy.prototxt) and their weights
 * (.caffemodel), both in the current format or the one from before 2015. Layers and weights find
 * each other by the layers' names.
 */
public final class CaffeReader {
  private CaffeReader() {}

  /**
   * Reads a network as it classifies: layers for training, data and losses are left out.
   *
   * @param deployPrototxt the description, as text
   * @param caffemodel the weights, binary
   * @return the network with dense weights; its outputs are the values that no layer reads, the
   *     last one first, because that is the one that classifies
   * @throws GraphException if a file cannot be read, a layer is not supported (all of them are
   *     listed), or weights are missing or do not fit
   */
  public static Graph read(Path deployPrototxt, Path caffemodel) {
    NetParameter description = CaffeFiles.readDescription(deployPrototxt);
    Blobs blobs = new Blobs(CaffeFiles.readWeights(caffemodel), caffemodel);
    try {
      List<LayerParameter> layers = LayerSelection.forInference(LegacyFormat.layers(description));
      SupportedLayers.check(layers);
      return GraphCleaner.clean(lower(layers, blobs));
    } catch (GraphException failure) {
      throw new GraphException(deployPrototxt + ": " + failure.getMessage(), failure);
    }
  }

  private static Graph lower(List<LayerParameter> layers, Blobs blobs) {
    NetBuilder net = new NetBuilder(blobs);
    for (LayerParameter layer : layers) {
      try {
        SupportedLayers.lowering(layer).lower(layer, net);
      } catch (IllegalArgumentException | ArithmeticException misfit) {
        throw new GraphException(NetBuilder.describe(layer) + ": " + misfit.getMessage(), misfit);
      }
    }
    return net.build();
  }
}
