package org.qcnn.compression;

import java.util.Optional;

/**
 * Which lookup tables the convolutions got, and why.
 *
 * @param bits of an entry, 16 or 8
 * @param comparison of the two on calibration images; empty if there was nothing to choose
 */
public record TableReport(int bits, Optional<Comparison> comparison) {
  // Of the error that quantization has already made.
  private static final double LARGEST_GROWTH = 1.02;
  private static final double LARGEST_LOSS = 0.002;

  /**
   * How near the outputs of the network come to those of the original.
   *
   * @param images compared
   * @param wordError mean relative L2 distance with 16-bit tables
   * @param byteError the same with 8-bit tables
   * @param wordAgreement share of images with the same largest output, with 16-bit tables
   * @param byteAgreement the same with 8-bit tables
   */
  public record Comparison(
      int images, double wordError, double byteError, double wordAgreement, double byteAgreement) {
    /** Returns whether 8-bit tables answer as well as 16-bit ones. */
    boolean bytesWillDo() {
      return byteError <= LARGEST_GROWTH * wordError
          && byteAgreement >= wordAgreement - LARGEST_LOSS;
    }
  }

  /** Returns the report of tables that were asked for, or the only ones. */
  static TableReport fixed(int bits) {
    return new TableReport(bits, Optional.empty());
  }

  /** Returns the report of tables chosen by a comparison. */
  static TableReport chosen(Comparison comparison) {
    return new TableReport(comparison.bytesWillDo() ? 8 : 16, Optional.of(comparison));
  }
}
