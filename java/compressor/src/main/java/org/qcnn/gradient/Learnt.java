package org.qcnn.gradient;

/**
 * Which parameters of a network are learnt beside the codebooks, which always are.
 *
 * @param biases those of all layers
 * @param constants of more than one number that take part in arithmetic: scales and shifts of
 *     normalizations that could not be folded, slopes
 * @param denseWeights of layers that are not quantized
 */
public record Learnt(boolean biases, boolean constants, boolean denseWeights) {
  /** Everything but the weights of layers that are not quantized. */
  public static final Learnt CODEBOOKS_AND_BIASES = new Learnt(true, true, false);

  /** Everything. */
  public static final Learnt ALL = new Learnt(true, true, true);
}
