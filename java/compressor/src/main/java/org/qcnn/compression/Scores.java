package org.qcnn.compression;

import java.util.List;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.Softmax;

/**
 * What a network classifies by: its first output, or what a softmax at its end makes that output
 * of. Probabilities are no measure of noise. They answer to the absolute size of the scores: noise
 * moves the probabilities of a network that is sure of itself not at all, and those of another one
 * far.
 */
final class Scores {
  private Scores() {}

  /** Returns the network with the scores as its only output. */
  static Graph of(Graph graph) {
    String output = graph.outputs().get(0);
    for (Node node : graph.nodes()) {
      if (node.output().equals(output) && node.operator() instanceof Softmax) {
        output = node.inputs().get(0);
      }
    }
    return new Graph(
        graph.input(), graph.inputShape(), graph.nodes(), List.of(output), graph.metadata());
  }
}
