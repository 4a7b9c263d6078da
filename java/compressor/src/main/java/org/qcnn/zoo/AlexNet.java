package org.qcnn.zoo;

import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;

/**
 * The network of Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep Convolutional
 * Neural Networks" (2012), with the two groups of its two GPUs, as Caffe released it; 60,965,224
 * parameters.
 */
final class AlexNet {
  private static final Shape INPUT = Shape.of(3, 227, 227);
  private static final float ALPHA = 1e-4f;

  private AlexNet() {}

  /** Returns bvlc_alexnet: normalization, then pooling. */
  static Graph alexNet(long seed) {
    LayerStack layers =
        new LayerStack("data", INPUT, seed)
            .convolution("conv1", 96, 11, 4, 0)
            .normalization("norm1", ALPHA, 1)
            .maximum("pool1", 3, 2)
            .convolution("conv2", 256, 5, 1, 2, 2)
            .normalization("norm2", ALPHA, 1)
            .maximum("pool2", 3, 2);
    return upperHalf(layers);
  }

  /** Returns bvlc_reference_caffenet: pooling, then normalization. */
  static Graph caffeNet(long seed) {
    LayerStack layers =
        new LayerStack("data", INPUT, seed)
            .convolution("conv1", 96, 11, 4, 0)
            .maximum("pool1", 3, 2)
            .normalization("norm1", ALPHA, 1)
            .convolution("conv2", 256, 5, 1, 2, 2)
            .maximum("pool2", 3, 2)
            .normalization("norm2", ALPHA, 1);
    return upperHalf(layers);
  }

  private static Graph upperHalf(LayerStack layers) {
    return layers
        .convolution("conv3", 384, 3, 1, 1)
        .convolution("conv4", 384, 3, 1, 1, 2)
        .convolution("conv5", 256, 3, 1, 1, 2)
        .maximum("pool5", 3, 2)
        .fullyConnected("fc6", 4096)
        .fullyConnected("fc7", 4096)
        .classes("fc8", 1000)
        .softmax("prob")
        .build();
  }
}
