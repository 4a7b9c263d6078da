package org.qcnn.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

/**
 * Networks and layers with random codebooks and codes in place of learned ones: as fast, and there
 * at once.
 *
 * @param subCodewordSize Cs', at most the channels of a group
 * @param subCodewords K
 * @param tableBits 8 or 16
 */
record RandomQuantization(int subCodewordSize, int subCodewords, int tableBits) {
  /** Returns the graph with all its convolutions quantized, depthwise ones left out. */
  Graph quantize(Graph graph) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(
          node.operator() instanceof Convolution convolution && !convolution.isDepthwise()
              ? node.with(quantize(convolution))
              : node);
    }
    return graph.withNodes(nodes);
  }

  Convolution quantize(Convolution layer) {
    Shape shape = layer.weights().shape();
    int size = Math.min(subCodewordSize, shape.extent(1));
    int subspaces = (shape.extent(1) + size - 1) / size;
    Random random = new Random(2);
    byte[] codes = new byte[shape.extent(0) * shape.count(2, 4) * subspaces];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) random.nextInt(subCodewords);
    }
    float[] words = new float[subspaces * subCodewords * size];
    for (int i = 0; i < words.length; i++) {
      words[i] = random.nextFloat() - 0.5f;
    }
    Tensor codebooks = Tensor.over(Shape.of(subspaces, subCodewords, size), words);
    byte[] shifts = new byte[tableBits == 8 ? subspaces : 0];
    return layer.with(new QuantizedWeights(shape, codebooks, codes, 4f, 60f, shifts), layer.bias());
  }

  @Override
  public String toString() {
    return subCodewordSize + "/" + subCodewords + " " + tableBits + " bits";
  }
}
