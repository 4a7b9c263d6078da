package org.qcnn.compression;

/**
 * How a layer is quantized.
 *
 * @param subCodewordSize the dimension of a sub-codeword, Cs'; taken as the layer's channels where
 *     it has fewer
 * @param subCodewords the sub-codewords of a codebook, K, 2 to 256
 * @param isShared whether one codebook serves all subspaces of the layer, each with a scale of its
 *     own; otherwise every subspace has its own
 */
public record LayerSetting(int subCodewordSize, int subCodewords, boolean isShared) {
  private static final String SHARED = "shared";

  /** Checks the ranges. */
  public LayerSetting {
    if (subCodewordSize < 1 || subCodewordSize > 256) {
      throw new IllegalArgumentException("Cs' must be 1 to 256, not " + subCodewordSize);
    }
    if (subCodewords < 2 || subCodewords > 256) {
      throw new IllegalArgumentException("K must be 2 to 256, not " + subCodewords);
    }
  }

  /** Returns a setting where every subspace has a codebook of its own. */
  public LayerSetting(int subCodewordSize, int subCodewords) {
    this(subCodewordSize, subCodewords, false);
  }

  /** Reads {@code 8:128} or {@code 8/128}, Cs' and K, or {@code 4:256:shared}. */
  public static LayerSetting parse(String text) {
    String[] parts = text.split("[:/]", -1);
    boolean isShared = parts.length == 3 && parts[2].trim().equals(SHARED);
    try {
      if (parts.length == 2 || isShared) {
        return new LayerSetting(
            Integer.parseInt(parts[0].trim()), Integer.parseInt(parts[1].trim()), isShared);
      }
    } catch (NumberFormatException notANumber) {
      // The message below says the same for every malformed setting.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a setting; write Cs':K or Cs':K:shared, for example 8:128");
  }

  @Override
  public String toString() {
    return subCodewordSize + "/" + subCodewords + (isShared ? "/" + SHARED : "");
  }
}
