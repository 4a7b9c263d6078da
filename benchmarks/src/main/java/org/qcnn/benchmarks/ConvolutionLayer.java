package org.qcnn.benchmarks;

import java.util.Random;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/** Convolutions of well-known networks: what the kernels are measured on. */
public enum ConvolutionLayer {
  ALEXNET_CONV1(3, 227, 96, 11, 4, 0, 1, 3),
  ALEXNET_CONV2(96, 27, 256, 5, 1, 2, 2, 8),
  ALEXNET_CONV3(256, 13, 384, 3, 1, 1, 1, 8),
  VGG_CONV1_2(64, 224, 64, 3, 1, 1, 1, 8),
  VGG_CONV2_2(128, 112, 128, 3, 1, 1, 1, 8),
  VGG_CONV3_2(256, 56, 256, 3, 1, 1, 1, 8),
  VGG_CONV4_2(512, 28, 512, 3, 1, 1, 1, 8),
  VGG_CONV5_2(512, 14, 512, 3, 1, 1, 1, 8),
  RESNET_3X3(128, 28, 128, 3, 1, 1, 1, 8),
  RESNET_STRIDE_2(128, 56, 256, 3, 2, 1, 1, 8),
  POINTWISE(64, 56, 256, 1, 1, 0, 1, 8);

  private static final int SUB_CODEWORDS = 128;

  private final int channels;
  private final int side;
  private final int outputs;
  private final int kernel;
  private final int stride;
  private final int pad;
  private final int groups;
  private final int size;

  ConvolutionLayer(
      int channels, int side, int outputs, int kernel, int stride, int pad, int groups, int size) {
    this.channels = channels;
    this.side = side;
    this.outputs = outputs;
    this.kernel = kernel;
    this.stride = stride;
    this.pad = pad;
    this.groups = groups;
    this.size = size;
  }

  Shape inputShape() {
    return Shape.of(channels, side, side);
  }

  private Shape weights() {
    return Shape.of(outputs, channels / groups, kernel, kernel);
  }

  Convolution dense() {
    float[] values = random(weights().count());
    return convolution(new DenseWeights(Tensor.over(weights(), values)));
  }

  /** The layer with Cs' as in the paper and K = 128; its ranges are those of Gaussian inputs. */
  Convolution quantized() {
    int subspaces = (channels / groups + size - 1) / size;
    byte[] codes = new byte[outputs * kernel * kernel * subspaces];
    Random random = new Random(2);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(SUB_CODEWORDS);
    }
    Tensor codebooks =
        Tensor.over(
            Shape.of(subspaces, SUB_CODEWORDS, size), random(subspaces * SUB_CODEWORDS * size));
    return convolution(new QuantizedWeights(weights(), codebooks, codes, 4f, 60f));
  }

  private Convolution convolution(org.qcnn.graph.Weights weights) {
    Window window = Window.square(kernel, stride, pad);
    return new Convolution(window, groups, weights, new float[outputs], Activation.RELU);
  }

  static float[] random(int count) {
    Random random = new Random(1);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
