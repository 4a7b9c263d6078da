package org.qcnn.graph;

/**
 * Rewrites a graph into an equal one with fewer nodes: normalizations and additions go into the
 * layers before them, activations behind their operators, and what has no effect goes away. Names
 * of the outputs stay.
 *
 * <p>Quantized layers keep their weights: only dense ones take in factors.
 */
public final class GraphCleaner {
  private GraphCleaner() {}

  /** Returns the cleaned graph. */
  public static Graph clean(Graph graph) {
    Graph cleaned = graph;
    int before;
    do {
      before = cleaned.nodes().size();
      cleaned = ConstantEvaluation.apply(cleaned);
      cleaned = Simplification.apply(cleaned);
      cleaned = ScaleFolding.apply(cleaned);
      cleaned = ActivationFusion.apply(cleaned);
      cleaned = DeadNodes.remove(cleaned);
    } while (cleaned.nodes().size() < before);
    return cleaned;
  }
}
