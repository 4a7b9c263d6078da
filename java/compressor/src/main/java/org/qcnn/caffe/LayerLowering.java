package org.qcnn.caffe;

import org.qcnn.caffe.proto.LayerParameter;

/** Expresses one kind of Caffe layer in operators of the graph. */
interface LayerLowering {
  /**
   * Adds the nodes that compute this layer.
   *
   * @throws IllegalArgumentException if the layer's parameters make no sense; the caller adds the
   *     layer's name
   */
  void lower(LayerParameter layer, NetBuilder net);
}
