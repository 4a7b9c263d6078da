package org.qcnn.finetuning;

/**
 * What fine-tuning achieved, measured on images that it did not learn from.
 *
 * @param epochs that were run
 * @param bestEpoch the one whose network was kept; 0: the network as it was before
 * @param images that were learnt from
 * @param heldOut images that were measured on
 * @param before the quality before
 * @param after the quality of the network that was kept
 * @param seconds the time it took
 */
public record FineTuningReport(
    int epochs,
    int bestEpoch,
    int images,
    int heldOut,
    Quality before,
    Quality after,
    double seconds) {

  /**
   * How near a network comes to the original.
   *
   * @param loss the mean distillation loss
   * @param agreement share of images with the same largest score
   */
  public record Quality(double loss, double agreement) {}
}
