package org.qcnn.compression;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qcnn.graph.Activation;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.WeightedOperator;
import org.qcnn.onnx.ImportOptions;
import org.qcnn.onnx.OnnxReader;
import org.qcnn.writer.OnnxWriter;

/**
 * Versions of one layer with what is known of them, as bytes: an ONNX network of nothing but these
 * layers, side by side, without activations. So whatever a compressed file can hold of a layer, a
 * checkpoint holds, too, and in the same precision.
 *
 * @param layers the layer, once per version
 * @param facts texts by name
 */
record StoredLayers(List<Node> layers, Map<String, String> facts) {
  private static final String INPUT = "input";

  /** Writes the layers to a stream. */
  void writeTo(Graph graph, OutputStream out) throws IOException {
    List<Node> nodes = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    for (Node layer : layers) {
      String name = "version" + nodes.size();
      WeightedOperator operator = (WeightedOperator) layer.operator();
      nodes.add(new Node(name, operator.with(Activation.NONE), List.of(INPUT), name));
      outputs.add(name);
    }
    String input = layers.get(0).inputs().get(0);
    OnnxWriter.encode(new Graph(INPUT, graph.shape(input), nodes, outputs, facts), out);
  }

  /**
   * Reads what was written.
   *
   * @param layer what the layer was before: its name, its activation, what it reads and writes
   */
  static StoredLayers read(byte[] content, Node layer) {
    Graph graph = OnnxReader.read(ByteBuffer.wrap(content), ImportOptions.DEFAULT);
    List<Node> layers = new ArrayList<>();
    for (Node stored : graph.nodes()) {
      WeightedOperator operator = (WeightedOperator) stored.operator();
      WeightedOperator before = (WeightedOperator) layer.operator();
      layers.add(layer.with(before.with(operator.weights(), operator.bias())));
    }
    return new StoredLayers(layers, graph.metadata());
  }
}
