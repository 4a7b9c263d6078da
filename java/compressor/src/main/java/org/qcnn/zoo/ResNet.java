package org.qcnn.zoo;

import org.qcnn.graph.Graph;
import org.qcnn.tensor.Shape;

/**
 * He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition" (2015), with 18 layers as
 * in torchvision, the batch normalization folded into weights and biases; 11,684,712 parameters.
 */
final class ResNet {
  private static final int[] WIDTHS = {64, 128, 256, 512};
  private static final int BLOCKS = 2;

  /** Keeps the sums from growing: there is no batch normalization to hold them. */
  private static final float RESIDUAL_GAIN = 0.4f;

  private static final float SHORTCUT_GAIN = 0.7f;

  private ResNet() {}

  static Graph resNet18(long seed) {
    LayerStack layers =
        new LayerStack("input", Shape.of(3, 224, 224), seed)
            .convolution("conv1", 64, 7, 2, 3)
            .paddedMaximum("maxpool", 3, 2, 1);
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int block = 0; block < BLOCKS; block++) {
        String name = "layer" + (stage + 1) + "." + block;
        basicBlock(layers, name, WIDTHS[stage], stage > 0 && block == 0 ? 2 : 1);
      }
    }
    return layers.globalAverage("avgpool").classes("fc", 1000).build();
  }

  private static void basicBlock(LayerStack layers, String name, int width, int stride) {
    String input = layers.top();
    String shortcut = input;
    if (stride > 1) {
      shortcut = name + ".downsample";
      layers.linearConvolution(shortcut, width, 1, stride, 0, SHORTCUT_GAIN);
    }
    layers
        .from(input)
        .convolution(name + ".conv1", width, 3, stride, 1)
        .linearConvolution(name + ".conv2", width, 3, 1, 1, RESIDUAL_GAIN)
        .plus(name, shortcut);
  }
}
