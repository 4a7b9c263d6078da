package org.qcnn.caffe;

import org.qcnn.caffe.proto.LRNParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.graph.Activate;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.LocalResponseNormalization;
import org.qcnn.graph.Softmax;
import org.qcnn.tensor.Shape;

/** Nonlinear layers that keep the shape: ReLU, PReLU, Sigmoid, LRN and Softmax. */
final class ActivationLayers {
  private ActivationLayers() {}

  static void relu(LayerParameter layer, NetBuilder net) {
    activate(layer, net, leaky(layer.getReluParam().getNegativeSlope()));
  }

  static void sigmoid(LayerParameter layer, NetBuilder net) {
    activate(layer, net, new Activation(Activation.Kind.SIGMOID, 0, 0));
  }

  private static Activation leaky(float slope) {
    return slope == 0 ? Activation.RELU : new Activation(Activation.Kind.LEAKY_RELU, slope, 0);
  }

  private static void activate(LayerParameter layer, NetBuilder net, Activation activation) {
    net.top(layer, new Activate(activation), net.bottom(layer));
  }

  static void parametricRelu(LayerParameter layer, NetBuilder net) {
    if (layer.getPreluParam().getChannelShared()) {
      activate(layer, net, leaky(net.blob(layer, 0, 1)[0]));
      return;
    }
    String input = net.bottom(layer);
    Shape perChannel = AffineLayers.perChannel(net.shape(input));
    float[] slopes = net.blob(layer, 0, perChannel.extent(0));
    net.top(
        layer,
        new Arithmetic(Arithmetic.Kind.PARAMETRIC_RELU, Activation.NONE),
        input,
        net.constant(layer, "slope", perChannel, slopes));
  }

  static void localResponseNormalization(LayerParameter layer, NetBuilder net) {
    LRNParameter parameter = layer.getLrnParam();
    if (parameter.getLocalSize() % 2 != 1) {
      throw new IllegalArgumentException("local_size must be odd, not " + parameter.getLocalSize());
    }
    net.top(
        layer,
        new LocalResponseNormalization(
            parameter.getLocalSize(), parameter.getAlpha(), parameter.getBeta(), parameter.getK()),
        net.bottom(layer));
  }

  /** Caffe's axis 1 is the first one of an image. */
  static void softmax(LayerParameter layer, NetBuilder net) {
    net.top(layer, new Softmax(0, 0), net.bottom(layer));
  }
}
