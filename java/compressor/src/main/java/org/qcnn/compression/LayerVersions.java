package org.qcnn.compression;

import java.util.List;
import java.util.function.Function;
import org.qcnn.graph.Node;

/**
 * A layer with each kind of lookup tables that it may get; the same node where it may not.
 *
 * @param words with 16-bit tables, built from 16-bit operands
 * @param wordsOfBytes with 16-bit tables, built from 8-bit operands
 * @param bytes with 8-bit tables
 */
record LayerVersions(Node words, Node wordsOfBytes, Node bytes) {
  /** Returns a layer that there is only one version of. */
  static LayerVersions of(Node node) {
    return new LayerVersions(node, node, node);
  }

  /** Returns the nodes of a network with one and the same version of each layer. */
  static List<Node> nodes(List<LayerVersions> layers, Function<LayerVersions, Node> which) {
    return layers.stream().map(which).toList();
  }
}
