package org.qcnn.kernel.plain;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.qcnn.graph.Activation;
import org.qcnn.graph.FullyConnected;
import org.qcnn.kernel.KernelArguments;
import org.qcnn.kernel.Operand;
import org.qcnn.kernel.support.CheckedKernel;

/** Fully-connected layer with dense weights, summed in double. A task is one output, all images. */
final class PlainFullyConnected extends CheckedKernel {
  private final FloatBuffer weights;
  private final float[] bias;
  private final Activation activation;

  PlainFullyConnected(FullyConnected operator, List<Operand> inputs) {
    super(operator, inputs);
    weights = operator.weights().decode().values();
    bias = operator.bias();
    activation = operator.activation();
  }

  @Override
  public int tasks(int stage, int batch) {
    return bias.length;
  }

  @Override
  protected void compute(
      int stage, KernelArguments arguments, ByteBuffer threadScratch, int first, int last) {
    FloatBuffer input = arguments.inputs.get(0);
    for (int output = first; output < last; output++) {
      for (int image = 0; image < arguments.batch; image++) {
        double response = product(input, image, output) + bias[output];
        arguments.output.put(outputOffset(image) + output, activation.apply((float) response));
      }
    }
  }

  private double product(FloatBuffer input, int image, int output) {
    int count = input(0).count();
    int from = inputOffset(0, image);
    int weight = output * count;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (double) weights.get(weight + i) * input.get(from + i);
    }
    return sum;
  }
}
