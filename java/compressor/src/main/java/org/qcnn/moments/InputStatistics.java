package org.qcnn.moments;

/**
 * What is known of the inputs of one group of a layer, over some blocks of images; inputs are in
 * the order of the layer's weights, channel by channel and kernel position by kernel position.
 * Adding the statistics of other blocks is exact, so that neither order nor grouping matters.
 */
public sealed interface InputStatistics permits FixedMoments, KeptSamples {
  /** Returns the number of inputs. */
  int inputs();

  /** Returns the number of samples. */
  long samples();

  /**
   * Returns the statistics of these samples and those of others.
   *
   * @throws IllegalArgumentException if they cannot belong to the same layer and images
   */
  InputStatistics plus(InputStatistics other);
}
