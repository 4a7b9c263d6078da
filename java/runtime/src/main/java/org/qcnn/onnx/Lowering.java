package org.qcnn.onnx;

/** Turns one node of an ONNX model into nodes of our graph. */
interface Lowering {
  /**
   * Adds what computes the node's outputs to the graph.
   *
   * @throws IllegalArgumentException saying what about the node is wrong or not supported
   */
  void lower(OnnxNode node, GraphBuilder graph);
}
