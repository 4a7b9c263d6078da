package org.qcnn.training;

/**
 * How the inputs of a layer are ordered for training: subspace by subspace, in a subspace kernel
 * position by kernel position, at a position the Cs' channels; so that all rows which a codebook
 * serves lie together. A last subspace may be narrower.
 */
public final class SubspaceLayout {
  private final int channels;
  private final int kernelPositions;
  private final int size;

  /**
   * Returns a layout.
   *
   * @param channels input channels of one group
   * @param kernelPositions kernel height times width, 1 for a fully-connected layer
   * @param size the dimension of a sub-codeword, Cs'
   */
  public SubspaceLayout(int channels, int kernelPositions, int size) {
    if (channels < 1 || kernelPositions < 1 || size < 1 || size > channels) {
      throw new IllegalArgumentException(
          "sub-codewords of " + size + " do not fit " + channels + " channels");
    }
    this.channels = channels;
    this.kernelPositions = kernelPositions;
    this.size = size;
  }

  public int channels() {
    return channels;
  }

  public int kernelPositions() {
    return kernelPositions;
  }

  /** Returns Cs'. */
  public int size() {
    return size;
  }

  /** Returns the number of subspaces, M. */
  public int subspaces() {
    return (channels + size - 1) / size;
  }

  /** Returns the number of inputs, channels times kernel positions. */
  public int inputs() {
    return channels * kernelPositions;
  }

  /** Returns the channels of a subspace: Cs', less in a narrower last one. */
  public int width(int subspace) {
    return Math.min(size, channels - subspace * size);
  }

  /** Returns the first row of a subspace. */
  public int firstRow(int subspace) {
    return subspace * size * kernelPositions;
  }

  /** Returns the number of rows of a subspace. */
  public int rows(int subspace) {
    return width(subspace) * kernelPositions;
  }

  /** Returns the row of a channel at a kernel position. */
  public int row(int channel, int position) {
    int subspace = channel / size;
    return firstRow(subspace) + position * width(subspace) + channel % size;
  }
}
