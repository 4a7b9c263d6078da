package org.qcnn.caffe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qcnn.caffe.proto.BlobShape;
import org.qcnn.caffe.proto.InputParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.caffe.proto.NetParameter;
import org.qcnn.caffe.proto.V1LayerParameter;
import org.qcnn.caffe.proto.V1LayerParameter.LayerType;
import org.qcnn.graph.GraphException;

/** Turns what Caffe wrote before 2015 into current layers, so that the rest knows one format. */
final class LegacyFormat {
  private static final Map<LayerType, String> TYPES =
      Map.ofEntries(
          Map.entry(LayerType.ACCURACY, "Accuracy"),
          Map.entry(LayerType.CONCAT, "Concat"),
          Map.entry(LayerType.CONVOLUTION, "Convolution"),
          Map.entry(LayerType.DATA, "Data"),
          Map.entry(LayerType.DROPOUT, "Dropout"),
          Map.entry(LayerType.DUMMY_DATA, "DummyData"),
          Map.entry(LayerType.ELTWISE, "Eltwise"),
          Map.entry(LayerType.EUCLIDEAN_LOSS, "EuclideanLoss"),
          Map.entry(LayerType.FLATTEN, "Flatten"),
          Map.entry(LayerType.HDF5_DATA, "HDF5Data"),
          Map.entry(LayerType.HINGE_LOSS, "HingeLoss"),
          Map.entry(LayerType.IMAGE_DATA, "ImageData"),
          Map.entry(LayerType.INNER_PRODUCT, "InnerProduct"),
          Map.entry(LayerType.LRN, "LRN"),
          Map.entry(LayerType.MEMORY_DATA, "MemoryData"),
          Map.entry(LayerType.POOLING, "Pooling"),
          Map.entry(LayerType.POWER, "Power"),
          Map.entry(LayerType.RELU, "ReLU"),
          Map.entry(LayerType.SIGMOID, "Sigmoid"),
          Map.entry(LayerType.SILENCE, "Silence"),
          Map.entry(LayerType.SOFTMAX, "Softmax"),
          Map.entry(LayerType.SOFTMAX_LOSS, "SoftmaxWithLoss"),
          Map.entry(LayerType.SPLIT, "Split"),
          Map.entry(LayerType.WINDOW_DATA, "WindowData"));

  private LegacyFormat() {}

  /** Returns all layers of a network in the current format, declared inputs first. */
  static List<LayerParameter> layers(NetParameter net) {
    if (net.getLayerCount() > 0 && net.getLayersCount() > 0) {
      throw new GraphException("the file mixes 'layer' and 'layers'; use one of them");
    }
    List<LayerParameter> layers = new ArrayList<>();
    for (int input = 0; input < net.getInputCount(); input++) {
      layers.add(inputLayer(net, input));
    }
    layers.addAll(net.getLayerList());
    for (V1LayerParameter layer : net.getLayersList()) {
      layers.add(upgrade(layer));
    }
    return layers;
  }

  private static LayerParameter inputLayer(NetParameter net, int input) {
    BlobShape.Builder shape = BlobShape.newBuilder();
    if (input < net.getInputShapeCount()) {
      shape.mergeFrom(net.getInputShape(input));
    } else if (net.getInputDimCount() >= 4 * (input + 1)) {
      for (int axis = 0; axis < 4; axis++) {
        shape.addDim(net.getInputDim(4 * input + axis));
      }
    } else {
      throw new GraphException(
          "the input " + net.getInput(input) + " has no input_shape and no four input_dim");
    }
    return LayerParameter.newBuilder()
        .setName(net.getInput(input))
        .setType("Input")
        .addTop(net.getInput(input))
        .setInputParam(InputParameter.newBuilder().addShape(shape))
        .build();
  }

  /** Parameters kept their messages between the formats; only the type was a number. */
  private static LayerParameter upgrade(V1LayerParameter old) {
    LayerParameter.Builder layer =
        LayerParameter.newBuilder()
            .setName(old.getName())
            .setType(TYPES.getOrDefault(old.getType(), old.getType().name()))
            .addAllBottom(old.getBottomList())
            .addAllTop(old.getTopList())
            .addAllBlobs(old.getBlobsList())
            .addAllInclude(old.getIncludeList())
            .addAllExclude(old.getExcludeList());
    if (old.hasConcatParam()) {
      layer.setConcatParam(old.getConcatParam());
    }
    if (old.hasConvolutionParam()) {
      layer.setConvolutionParam(old.getConvolutionParam());
    }
    if (old.hasEltwiseParam()) {
      layer.setEltwiseParam(old.getEltwiseParam());
    }
    if (old.hasInnerProductParam()) {
      layer.setInnerProductParam(old.getInnerProductParam());
    }
    if (old.hasLrnParam()) {
      layer.setLrnParam(old.getLrnParam());
    }
    if (old.hasPoolingParam()) {
      layer.setPoolingParam(old.getPoolingParam());
    }
    if (old.hasPowerParam()) {
      layer.setPowerParam(old.getPowerParam());
    }
    if (old.hasReluParam()) {
      layer.setReluParam(old.getReluParam());
    }
    if (old.hasSoftmaxParam()) {
      layer.setSoftmaxParam(old.getSoftmaxParam());
    }
    return layer.build();
  }
}
