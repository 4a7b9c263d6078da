package org.qcnn.allocation;

import java.util.List;

/**
 * How an allocation was found.
 *
 * @param goal what was to be reached
 * @param front estimated: allocations from the cheapest to the dearest, each the least harmful of
 *     those that cost no more
 * @param walked the allocations that were tried, in the order of trying
 * @param heldOut images on which they were measured, and which nothing was learnt from
 * @param labelled whether the loss is one of top-1; otherwise of agreement with the original
 */
public record AllocationReport(
    Goal goal, List<Point> front, List<Step> walked, int heldOut, boolean labelled) {
  /** Keeps copies of the lists. */
  public AllocationReport {
    front = List.copyOf(front);
    walked = List.copyOf(walked);
  }

  /**
   * An allocation of the front.
   *
   * @param bytes of the file, estimated
   * @param milliseconds estimated
   * @param damage the estimated mean squared relative error of the network's output
   */
  public record Point(long bytes, double milliseconds, double damage) {}

  /**
   * An allocation that was tried.
   *
   * @param point what was estimated
   * @param loss points lost on held-out images, as the goal counts them
   * @param error mean relative L2 distance of the outputs to the original's, on the same images
   * @param chosen whether this is the network that was kept
   */
  public record Step(Point point, double loss, double error, boolean chosen) {
    Step asChosen() {
      return new Step(point, loss, error, true);
    }
  }
}
