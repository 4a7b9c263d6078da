package org.qcnn.compression;

import java.util.Random;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Node;
import org.qcnn.graph.Operator;
import org.qcnn.graph.Window;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;
import org.qcnn.training.SubspaceLayout;

/**
 * The inputs of a layer as rows of numbers: at an output position, what the kernel covers, in the
 * order of a {@link SubspaceLayout}. A fully-connected layer has one position and covers all.
 */
final class Patches {
  private final Window window;
  private final int groups;
  private final Shape input;
  private final Shape output;
  private final SubspaceLayout layout;

  Patches(Node node, Shape input, Shape output, int subCodewordSize) {
    Operator operator = node.operator();
    Shape weights = operator.weights().shape();
    if (operator instanceof Convolution convolution) {
      this.window = convolution.window();
      this.groups = convolution.groups();
      this.input = input;
      this.output = output;
    } else {
      this.window = Window.square(1, 1, 0);
      this.groups = 1;
      this.input = Shape.of(input.count(), 1, 1);
      this.output = Shape.of(output.count(), 1, 1);
    }
    this.layout =
        new SubspaceLayout(weights.extent(1), weights.count(2, weights.rank()), subCodewordSize);
  }

  SubspaceLayout layout() {
    return layout;
  }

  int groups() {
    return groups;
  }

  /** Returns the outputs of one group. */
  int outputs() {
    return output.extent(0) / groups;
  }

  /** Returns the output positions of one image. */
  int positions() {
    return output.extent(1) * output.extent(2);
  }

  /** Returns {@code count} different positions of one image, ascending; the same for a seed. */
  int[] choosePositions(int count, long seed) {
    int[] chosen = new int[count];
    Random random = new Random(seed);
    int taken = 0;
    // Selection sampling (Knuth, algorithm 3.4.2 S): each position with the chance it needs.
    for (int position = 0; position < positions() && taken < count; position++) {
      if (random.nextInt(positions() - position) < count - taken) {
        chosen[taken++] = position;
      }
    }
    return chosen;
  }

  /** Copies patches of one group, at some positions of one image, into rows from {@code row} on. */
  void copy(ActivationFile file, int image, int[] positions, int group, FloatMatrix x, int row) {
    float[] values = new float[input.count()];
    file.read(image).get(values);
    for (int i = 0; i < positions.length; i++) {
      copy(values, positions[i], group, x, row + i);
    }
  }

  /**
   * Copies one patch of one group.
   *
   * @param image the layer's input, {@code [C, H, W]}
   * @param position the output position, row by row
   */
  void copy(float[] image, int position, int group, FloatMatrix target, int targetRow) {
    int top = position / output.extent(2) * window.strideHeight - window.padTop;
    int left = position % output.extent(2) * window.strideWidth - window.padLeft;
    int firstChannel = group * layout.channels();
    int plane = input.extent(1) * input.extent(2);
    int next = target.index(targetRow, 0);
    var values = target.values();
    for (int m = 0; m < layout.subspaces(); m++) {
      int channel = firstChannel + m * layout.size();
      int width = layout.width(m);
      for (int ky = 0; ky < window.kernelHeight; ky++) {
        int y = top + ky * window.dilationHeight;
        for (int kx = 0; kx < window.kernelWidth; kx++) {
          int x = left + kx * window.dilationWidth;
          boolean inside = y >= 0 && y < input.extent(1) && x >= 0 && x < input.extent(2);
          int start = channel * plane + y * input.extent(2) + x;
          for (int j = 0; j < width; j++) {
            values.put(next++, inside ? image[start + j * plane] : 0f);
          }
        }
      }
    }
  }

  /** Returns the weights of one group as {@code [inputs, outputs]}, rows in the layout's order. */
  FloatMatrix weights(Tensor weights, int group) {
    FloatMatrix matrix = new FloatMatrix(layout.inputs(), outputs());
    var values = weights.values();
    for (int output = 0; output < outputs(); output++) {
      int next = (group * outputs() + output) * layout.inputs();
      for (int channel = 0; channel < layout.channels(); channel++) {
        for (int position = 0; position < layout.kernelPositions(); position++) {
          matrix.set(layout.row(channel, position), output, values.get(next++));
        }
      }
    }
    return matrix;
  }
}
