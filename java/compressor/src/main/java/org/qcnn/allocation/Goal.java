package org.qcnn.allocation;

import java.util.Optional;

/**
 * What a compression is to reach.
 *
 * @param kind what {@code limit} limits
 * @param limit bytes of the file; points of accuracy lost on held-out images; or milliseconds of
 *     all layers with weights, estimated, for one image on one thread of this machine
 */
public record Goal(Kind kind, double limit) {
  /** What is limited. */
  public enum Kind {
    /** The bytes of the file. */
    BYTES,
    /** Points of agreement with the original network lost, or of top-1 where there are labels. */
    LOSS,
    /** Milliseconds. */
    LATENCY
  }

  /** Checks the limit. */
  public Goal {
    if (!(limit > 0) || limit == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("the goal must be a positive number, not " + limit);
    }
  }

  @Override
  public String toString() {
    return switch (kind) {
      case BYTES -> String.format("at most %.0f bytes", limit);
      case LOSS -> "at most " + limit + " points lost";
      case LATENCY -> "at most " + limit + " ms";
    };
  }

  /**
   * Reads a part of the original size, {@code 1/20}, {@code 0.05} or {@code 5%}.
   *
   * @throws IllegalArgumentException if it is none between 0 and 1
   */
  public static double part(String text) {
    Optional<Double> found = Optional.empty();
    try {
      String[] fraction = text.split("/", -1);
      if (fraction.length == 2) {
        found = Optional.of(Double.parseDouble(fraction[0]) / Double.parseDouble(fraction[1]));
      } else if (text.endsWith("%")) {
        found = Optional.of(Double.parseDouble(text.substring(0, text.length() - 1)) / 100);
      } else {
        found = Optional.of(Double.parseDouble(text));
      }
    } catch (NumberFormatException notANumber) {
      // The message below says the same for all of them.
    }
    return found
        .filter(part -> part > 0 && part < 1)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'" + text + "' is no part of the original size; write 1/20, 0.05 or 5%"));
  }
}
