package org.qcnn.zoo;

import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;

/**
 * Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition"
 * (2014), configuration D with 16 layers; 138,357,544 parameters.
 */
final class Vgg {
  private static final int[] WIDTHS = {64, 128, 256, 512, 512};
  private static final int[] DEPTHS = {2, 2, 3, 3, 3};

  private Vgg() {}

  static Graph vgg16(long seed) {
    LayerStack layers = new LayerStack("data", Shape.of(3, 224, 224), seed);
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int layer = 1; layer <= DEPTHS[stage]; layer++) {
        layers.convolution("conv" + (stage + 1) + "_" + layer, WIDTHS[stage], 3, 1, 1);
      }
      layers.maximum("pool" + (stage + 1), 2, 2);
    }
    return layers
        .fullyConnected("fc6", 4096)
        .fullyConnected("fc7", 4096)
        .classes("fc8", 1000)
        .softmax("prob")
        .build();
  }
}
