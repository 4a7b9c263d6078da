package org.qcnn.compression;

import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Weights;

/** What convolutions and fully-connected operators have in common. */
final class LayerOperator {
  private LayerOperator() {}

  static float[] bias(Operator layer) {
    return layer instanceof Convolution convolution
        ? convolution.bias()
        : ((FullyConnected) layer).bias();
  }

  static Activation activation(Operator layer) {
    return layer instanceof Convolution convolution
        ? convolution.activation()
        : ((FullyConnected) layer).activation();
  }

  static Operator with(Operator layer, Weights weights, float[] bias) {
    return layer instanceof Convolution convolution
        ? convolution.with(weights, bias)
        : ((FullyConnected) layer).with(weights, bias);
  }

  /** Returns the same layer with decoded weights and without activation. */
  static Operator decodedLinear(Operator layer) {
    Operator decoded = with(layer, new DenseWeights(layer.weights().decode()), bias(layer));
    return decoded instanceof Convolution convolution
        ? convolution.with(Activation.NONE)
        : ((FullyConnected) decoded).with(Activation.NONE);
  }
}
