package org.qcnn.caffe;

import org.qcnn.caffe.proto.InnerProductParameter;
import org.qcnn.caffe.proto.LayerParameter;
import org.qcnn.graph.Activation;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Reshaping;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** InnerProduct, the fully-connected layer, which in Caffe takes a feature map as a vector. */
final class InnerProductLayer {
  private InnerProductLayer() {}

  static void lower(LayerParameter layer, NetBuilder net) {
    InnerProductParameter parameter = layer.getInnerProductParam();
    String input = net.bottom(layer);
    int features = net.shape(input).count();
    int outputs = parameter.getNumOutput();
    if (net.shape(input).rank() != 1) {
      input = net.step(layer, "flat", new Reshaping(Shape.of(features)), input);
    }
    Shape shape = Shape.of(outputs, features);
    float[] weights =
        parameter.getTranspose()
            ? transposed(net.blob(layer, 0, features, outputs), features, outputs)
            : net.blob(layer, 0, outputs, features);
    float[] bias = parameter.getBiasTerm() ? net.blob(layer, 1, outputs) : new float[outputs];
    DenseWeights dense = new DenseWeights(Tensor.over(shape, weights));
    net.top(layer, new FullyConnected(dense, bias, Activation.NONE), input);
  }

  private static float[] transposed(float[] values, int rows, int columns) {
    float[] transposed = new float[values.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values[row * columns + column];
      }
    }
    return transposed;
  }
}
