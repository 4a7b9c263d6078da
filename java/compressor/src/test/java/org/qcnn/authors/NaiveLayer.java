package org.qcnn.authors;

/** A layer's responses straight from the numbers in the files, one at a time. */
final class NaiveLayer {
  private final AuthorsAlexNet.Layer layer;
  private final float[] input;
  private final int side;

  NaiveLayer(AuthorsAlexNet.Layer layer, float[] input) {
    this.layer = layer;
    this.input = input;
    this.side = layer.input.rank() == 1 ? 1 : layer.input.extent(1);
  }

  /**
   * Returns the response of one output at one place, without bias: {@code weight[o, y, x, m * Cs +
   * j] = codebooks[m, assignments[o, y, x, m], j]}, channels counted within their group.
   */
  double response(int output, int row, int column) {
    int kernel = layer.window.kernelHeight;
    double sum = 0;
    for (int ky = 0; ky < kernel; ky++) {
      for (int kx = 0; kx < kernel; kx++) {
        int y = row * layer.window.strideHeight + ky - layer.window.padTop;
        int x = column * layer.window.strideWidth + kx - layer.window.padLeft;
        if (y >= 0 && y < side && x >= 0 && x < side) {
          sum += pixel(output, (output * kernel + ky) * kernel + kx, y * side + x);
        }
      }
    }
    return sum;
  }

  private double pixel(int output, int position, int pixel) {
    int subspaces = layer.codebooks.shape().extent(0);
    int codewords = layer.codebooks.shape().extent(1);
    int size = layer.codebooks.shape().extent(2);
    int channels = layer.shape.extent(1);
    int firstChannel = output / (layer.shape.extent(0) / layer.groups) * channels;
    double sum = 0;
    for (int channel = 0; channel < channels; channel++) {
      int subspace = channel / size;
      int codeword = layer.assignments[position * subspaces + subspace];
      double weight =
          layer.codebooks.value((subspace * codewords + codeword) * size + channel % size);
      sum += weight * input[(firstChannel + channel) * side * side + pixel];
    }
    return sum;
  }
}
