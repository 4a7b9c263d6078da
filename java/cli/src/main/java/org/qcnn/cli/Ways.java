package org.qcnn.cli;

import java.util.Map;
import org.qcnn.engine.WayChoice;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.kernel.KernelException;
import org.qcnn.kernel.KernelSet;
import org.qcnn.kernel.Way;

/**
 * How the quantized convolutions of a network would run on this machine.
 *
 * @param chosen the way by the name of the node; empty if nothing can run here
 * @param remark what they would run on, or why nothing can
 */
record Ways(Map<String, Way> chosen, String remark) {
  /** Returns what the engine would choose; a model can be inspected where it cannot run, too. */
  static Ways here(Graph graph) {
    try {
      KernelSet kernels = KernelSet.best();
      return new Ways(
          WayChoice.byProperty().ways(graph, kernels), "chosen for " + kernels.description());
    } catch (KernelException missing) {
      return new Ways(Map.of(), "unknown: " + missing.getMessage());
    }
  }

  /**
   * Returns {@code lookup}, {@code products} or {@code dense} for a quantized convolution,
   * otherwise nothing.
   */
  String of(Node node) {
    Way way = chosen.get(node.name());
    return way == null ? "" : way.toString();
  }
}
