package org.qcnn.compression;

import org.qcnn.algebra.FloatMatrix;
import org.qcnn.algebra.Workers;

/** Draws inputs of a layer from all calibration images. */
final class LayerInputs {
  // What a tap of the kernel reads at one position is a sub-vector of each subspace.
  private static final int SUB_VECTORS = 16384;

  private LayerInputs() {}

  /**
   * Returns {@code [patches of all groups, inputs]}: some ten thousand sub-vectors of each
   * subspace, spread over all images. The caller closes them.
   *
   * @param file the input of the layer
   * @param seed of the choice of positions
   */
  static FloatMatrix draw(
      Patches patches, ActivationFile file, int images, long seed, Workers workers) {
    int patchesPerGroup = SUB_VECTORS / (patches.layout().kernelPositions() * patches.groups()) + 1;
    int sampled = Math.min(images, patchesPerGroup);
    int perImage = Math.min(patches.positions(), (patchesPerGroup + sampled - 1) / sampled);
    FloatMatrix x =
        new FloatMatrix(sampled * perImage * patches.groups(), patches.layout().inputs());
    workers.run(
        sampled,
        (index, thread) -> {
          int image = (int) ((long) index * images / sampled);
          int[] positions = patches.choosePositions(perImage, seed * 7919 + image);
          for (int group = 0; group < patches.groups(); group++) {
            int row = (index * patches.groups() + group) * perImage;
            patches.copy(file, image, positions, group, x, row);
          }
        });
    return x;
  }
}
