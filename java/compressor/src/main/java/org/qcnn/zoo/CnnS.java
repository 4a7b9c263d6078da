package org.qcnn.zoo;

import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;

/**
 * CNN-S of Chatfield, Simonyan, Vedaldi and Zisserman, "Return of the Devil in the Details" (2014),
 * with padding 1 at conv2 as in its table 1; 102,908,520 parameters. These are the multiply-adds
 * (2.93 G) that the Q-CNN paper counts.
 */
final class CnnS {
  private CnnS() {}

  static Graph cnnS(long seed) {
    return new LayerStack("data", Shape.of(3, 224, 224), seed)
        .convolution("conv1", 96, 7, 2, 0)
        .normalization("norm1", 5e-4f, 2)
        .maximum("pool1", 3, 3)
        .convolution("conv2", 256, 5, 1, 1)
        .maximum("pool2", 2, 2)
        .convolution("conv3", 512, 3, 1, 1)
        .convolution("conv4", 512, 3, 1, 1)
        .convolution("conv5", 512, 3, 1, 1)
        .maximum("pool5", 3, 3)
        .fullyConnected("fc6", 4096)
        .fullyConnected("fc7", 4096)
        .classes("fc8", 1000)
        .softmax("prob")
        .build();
  }
}
