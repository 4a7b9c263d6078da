package org.qcnn.compression;

/** Which lookup tables the convolutions of a compressed network get. */
public enum TableWidth {
  /** 8 bits for the layers where they hardly change what the network answers, else 16. */
  AUTO,
  /** 8 bits: faster look-ups, coarser sums. */
  EIGHT,
  /** 16 bits. */
  SIXTEEN;

  /**
   * Returns the width that a user names.
   *
   * @throws IllegalArgumentException if there is none of this name, listing the names
   */
  public static TableWidth named(String name) {
    return switch (name) {
      case "auto" -> AUTO;
      case "8" -> EIGHT;
      case "16" -> SIXTEEN;
      default -> throw new IllegalArgumentException("tables are auto, 8 or 16, not '" + name + "'");
    };
  }
}
