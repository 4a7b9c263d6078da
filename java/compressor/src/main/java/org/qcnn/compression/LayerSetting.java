package org.qcnn.compression;

/**
 * How a layer is quantized.
 *
 * @param subCodewordSize the dimension of a sub-codeword, Cs'; taken as the layer's channels where
 *     it has fewer
 * @param subCodewords the sub-codewords of a codebook, K, 2 to 256
 */
public record LayerSetting(int subCodewordSize, int subCodewords) {
  /** Checks the ranges. */
  public LayerSetting {
    if (subCodewordSize < 1 || subCodewordSize > 256) {
      throw new IllegalArgumentException("Cs' must be 1 to 256, not " + subCodewordSize);
    }
    if (subCodewords < 2 || subCodewords > 256) {
      throw new IllegalArgumentException("K must be 2 to 256, not " + subCodewords);
    }
  }

  /** Reads {@code 8:128} or {@code 8/128}: Cs' and K. */
  public static LayerSetting parse(String text) {
    String[] parts = text.split("[:/]", -1);
    try {
      if (parts.length == 2) {
        return new LayerSetting(
            Integer.parseInt(parts[0].trim()), Integer.parseInt(parts[1].trim()));
      }
    } catch (NumberFormatException notANumber) {
      // The message below says the same for every malformed setting.
    }
    throw new IllegalArgumentException(
        "'" + text + "' is not a setting; write Cs':K, for example 8:128");
  }

  @Override
  public String toString() {
    return subCodewordSize + "/" + subCodewords;
  }
}
