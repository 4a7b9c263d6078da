package org.qcnn.writer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Metadata;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.WeightedOperator;

/** The way back from a quantized graph to a dense one that computes the same. */
public final class Decompression {
  private Decompression() {}

  /**
   * Returns the graph with every quantized weight decoded. All else stays, metadata included, but
   * for what was measured of quantized layers.
   */
  public static Graph decompress(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          node.operator() instanceof WeightedOperator layer
                  && layer.weights() instanceof QuantizedWeights
              ? node.with(layer.decoded())
              : node);
    }
    Map<String, String> metadata = new HashMap<>(graph.metadata());
    metadata.remove(Metadata.TUNING);
    return graph.withNodes(nodes).withMetadata(metadata);
  }
}
