package org.qcnn.cli;

import java.util.Optional;
import org.qcnn.allocation.Goal;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The goals of {@code qcnn compress}, of which one may be given instead of a preset. */
final class GoalOptions {
  @ArgGroup(exclusive = true)
  private Choice choice;

  /** The options themselves; one of them is set. */
  static final class Choice {
    @Option(
        names = "--target-size",
        paramLabel = "PART",
        description =
            "Chooses the settings of all layers so that the file becomes this part of the"
                + " network's 32-bit weights: 1/20, 0.05 or 5%%.")
    private Part size;

    @Option(
        names = "--target-bytes",
        paramLabel = "N",
        description = "The same for a file of at most N bytes; 500k and 5M are understood.")
    private Bytes bytes;

    @Option(
        names = "--max-loss",
        paramLabel = "POINTS",
        description =
            "Looks for the smallest file that loses at most so many points of agreement with the"
                + " original network, or of top-1 where the images have labels, on a sixth of"
                + " the calibration images, which is held out. Compresses several times.")
    private Double loss;

    @Option(
        names = "--target-latency",
        paramLabel = "MS",
        description =
            "The least harmful settings whose layers take at most so many milliseconds for one"
                + " image on one thread of this machine, as its cost model estimates.")
    private Double latency;
  }

  /** A part of the original size. */
  record Part(double value) {}

  /** A number of bytes. */
  record Bytes(long value) {}

  static Part part(String text) {
    return new Part(Goal.part(text));
  }

  static Bytes bytes(String text) {
    if (!text.matches("[1-9][0-9]{0,9}[kM]?")) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number of bytes; write for example 120000, 120k or 5M");
    }
    boolean hasUnit = !Character.isDigit(text.charAt(text.length() - 1));
    long number = Long.parseLong(hasUnit ? text.substring(0, text.length() - 1) : text);
    long unit = text.endsWith("k") ? 1000 : text.endsWith("M") ? 1_000_000 : 1;
    return new Bytes(number * unit);
  }

  /**
   * Returns the goal, if one is given.
   *
   * @param weightBytes the bytes of the network's weights
   * @throws UsageException if a number is not positive
   */
  Optional<Goal> goal(long weightBytes) {
    if (choice == null) {
      return Optional.empty();
    }
    try {
      if (choice.size != null) {
        return Optional.of(new Goal(Goal.Kind.BYTES, choice.size.value() * weightBytes));
      } else if (choice.bytes != null) {
        return Optional.of(new Goal(Goal.Kind.BYTES, choice.bytes.value()));
      } else if (choice.loss != null) {
        return Optional.of(new Goal(Goal.Kind.LOSS, choice.loss));
      }
      return Optional.of(new Goal(Goal.Kind.LATENCY, choice.latency));
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(wrong.getMessage());
    }
  }
}
