package org.qcnn.compression;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.qcnn.algebra.FloatMatrix;
import org.qcnn.graph.Arithmetic;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.WeightedOperator;

/**
 * What a residual network adds to a layer's response before anything else reads it. The layers that
 * made it are quantized already; what they got wrong, this layer can make up for in part, because
 * only the sum is read (error correction, section 3.3, through the addition).
 */
final class Addend {
  private final ActivationFile original;
  private final ActivationFile quantized;
  private final int positions;

  private Addend(ActivationFile original, ActivationFile quantized, int positions) {
    this.original = original;
    this.quantized = quantized;
    this.positions = positions;
  }

  /** Returns a layer's addend, if it has one that is known by now and differs. */
  static Optional<Addend> of(
      Graph graph, Node layer, NetworkState original, NetworkState quantized) {
    Optional<String> value = name(graph, layer);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    ActivationFile right = original.file(value.get());
    ActivationFile found = quantized.file(value.get());
    if (right == null || found == null || right == found) {
      return Optional.empty();
    }
    return Optional.of(new Addend(right, found, graph.shape(value.get()).count(1, 3)));
  }

  /** Returns the name of the map of the same shape that is added to the layer's response alone. */
  static Optional<String> name(Graph graph, Node layer) {
    if (!((WeightedOperator) layer.operator()).activation().isNone()
        || graph.outputs().contains(layer.output())
        || graph.shape(layer.output()).rank() != 3) {
      return Optional.empty();
    }
    List<Node> readers =
        graph.nodes().stream()
            .filter(node -> node.inputs().contains(layer.output()))
            .collect(Collectors.toList());
    if (readers.size() != 1
        || !(readers.get(0).operator() instanceof Arithmetic)
        || ((Arithmetic) readers.get(0).operator()).kind() != Arithmetic.Kind.ADD) {
      return Optional.empty();
    }
    return readers.get(0).inputs().stream()
        .filter(input -> !input.equals(layer.output()))
        .filter(input -> graph.shape(input).equals(graph.shape(layer.output())))
        .findFirst();
  }

  /**
   * Adds what the addend lacks to the responses of one group at some positions of one image.
   *
   * @param responses rows from {@code row} on, {@code [positions, outputs of the group]}
   */
  void addError(int image, int[] at, int group, FloatMatrix responses, int row) {
    FloatBuffer right = original.read(image);
    FloatBuffer found = quantized.read(image);
    for (int output = 0; output < responses.columns(); output++) {
      int plane = (group * responses.columns() + output) * positions;
      for (int i = 0; i < at.length; i++) {
        float missing = right.get(plane + at[i]) - found.get(plane + at[i]);
        responses.set(row + i, output, responses.get(row + i, output) + missing);
      }
    }
  }
}
