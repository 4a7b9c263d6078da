package org.qcnn.compression;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.qcnn.graph.Convolution;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;
import org.qcnn.graph.Weights;
import org.qcnn.tensor.Shape;

/** Which layers of a network are quantized, and how; by node name, in running order. */
final class CompressionPlan {
  // The Cs' K numbers of a convolution's codebook are trained jointly, with a matrix of their
  // pairs.
  private static final int LARGEST_CODEBOOK = 8192;
  // A layer whose file would shrink by less than this is not worth its error.
  private static final double LARGEST_WORTHWHILE_SIZE = 0.6;

  private final Map<String, LayerSetting> settings = new LinkedHashMap<>();

  private CompressionPlan() {}

  /**
   * Chooses for every layer with weights.
   *
   * @throws GraphException if a named layer does not exist, cannot be quantized, or is named twice
   */
  static CompressionPlan of(Graph graph, CompressionSettings wanted) {
    List<Node> layers = quantizableLayers(graph);
    checkNames(layers, wanted);
    CompressionPlan plan = new CompressionPlan();
    for (Node node : layers) {
      if (wanted.keepDense().contains(node.name())) {
        continue;
      }
      LayerSetting explicit = wanted.layers().get(node.name());
      if (explicit != null) {
        plan.settings.put(node.name(), checked(fit(explicit, node), node));
      } else {
        wanted
            .preset()
            .setting(role(graph, layers, node))
            .map(setting -> fit(fewerForSmallLayers(setting, node), node))
            .filter(setting -> isWorthwhile(setting, node))
            .ifPresent(setting -> plan.settings.put(node.name(), setting));
      }
    }
    return plan;
  }

  /** Returns the layers that can be quantized: not depthwise, and still dense. */
  static List<Node> quantizableLayers(Graph graph) {
    List<Node> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Weights weights = node.operator().weights();
      boolean depthwise =
          node.operator() instanceof Convolution convolution && convolution.isDepthwise();
      if (weights != null && !(weights instanceof QuantizedWeights) && !depthwise) {
        layers.add(node);
      }
    }
    return layers;
  }

  private static void checkNames(List<Node> layers, CompressionSettings wanted) {
    Set<String> known = new HashSet<>();
    for (Node node : layers) {
      known.add(node.name());
    }
    Set<String> named = new HashSet<>(wanted.layers().keySet());
    named.addAll(wanted.keepDense());
    named.removeAll(known);
    if (!named.isEmpty()) {
      List<String> names = layers.stream().map(Node::name).toList();
      throw new GraphException(
          "there is no layer to quantize named "
              + String.join(", ", named.stream().sorted().toList())
              + "; the layers are "
              + String.join(", ", names));
    }
    for (String name : wanted.keepDense()) {
      if (wanted.layers().containsKey(name)) {
        throw new GraphException(
            "layer " + name + " is to be quantized and to stay dense; name it only once");
      }
    }
  }

  private static LayerSetting checked(LayerSetting setting, Node node) {
    Shape weights = node.operator().weights().shape();
    boolean isJoint = weights.count(2, weights.rank()) > 1;
    if (isJoint
        && !setting.isShared()
        && setting.subCodewordSize() * setting.subCodewords() > LARGEST_CODEBOOK) {
      throw new GraphException(
          "layer "
              + node.name()
              + ": Cs' times K may be "
              + LARGEST_CODEBOOK
              + " at most, which "
              + setting
              + " exceeds");
    }
    return setting;
  }

  private static LayerRole role(Graph graph, List<Node> layers, Node node) {
    if (node.operator() instanceof Convolution) {
      boolean image = graph.inputShape().rank() == 3 && channels(node) <= 4;
      return image && layers.indexOf(node) == 0
          ? LayerRole.FIRST_CONVOLUTION
          : LayerRole.CONVOLUTION;
    }
    return layers.indexOf(node) == layers.size() - 1
        ? LayerRole.LAST_FULLY_CONNECTED
        : LayerRole.HIDDEN_FULLY_CONNECTED;
  }

  private static int channels(Node node) {
    return node.operator().weights().shape().extent(1);
  }

  private static LayerSetting fit(LayerSetting setting, Node node) {
    return new LayerSetting(
        Math.min(setting.subCodewordSize(), channels(node)),
        setting.subCodewords(),
        setting.isShared());
  }

  /**
   * With few outputs a codebook would hold more than it replaces: K becomes half the blocks that
   * share the codebook at most, and Cs' smaller with it, so that a weight keeps about its bits.
   */
  private static LayerSetting fewerForSmallLayers(LayerSetting setting, Node node) {
    Shape weights = node.operator().weights().shape();
    int sharing = weights.extent(0) * weights.count(2, weights.rank());
    if (setting.isShared()) {
      sharing *= (weights.extent(1) + setting.subCodewordSize() - 1) / setting.subCodewordSize();
    }
    if (sharing >= 2 * setting.subCodewords()) {
      return setting;
    }
    int bits = Math.max(1, 31 - Integer.numberOfLeadingZeros(Math.max(2, sharing / 2)));
    double bitsPerWeight =
        Math.log(setting.subCodewords()) / Math.log(2) / setting.subCodewordSize();
    return new LayerSetting(
        (int) Math.max(1, Math.round(bits / bitsPerWeight)), 1 << bits, setting.isShared());
  }

  private static boolean isWorthwhile(LayerSetting setting, Node node) {
    Shape weights = node.operator().weights().shape();
    double dense = 4.0 * weights.count();
    return quantizedBytes(weights, setting) <= LARGEST_WORTHWHILE_SIZE * dense;
  }

  /** Returns the bytes of codes and codebooks in the file. */
  static long quantizedBytes(Shape weights, LayerSetting setting) {
    int size = setting.subCodewordSize();
    long subspaces = (weights.extent(1) + size - 1L) / size;
    long codes = weights.extent(0) * subspaces * weights.count(2, weights.rank());
    int bits = 32 - Integer.numberOfLeadingZeros(setting.subCodewords() - 1);
    long codebook = (long) setting.subCodewords() * size;
    return bits * ((codes + 7) / 8)
        + codebook * (setting.isShared() ? 1 : subspaces)
        + 4 * subspaces;
  }

  /** Returns how a layer is quantized; empty: it is not. */
  Optional<LayerSetting> setting(String nodeName) {
    return Optional.ofNullable(settings.get(nodeName));
  }

  /** Returns how many layers are quantized. */
  int layers() {
    return settings.size();
  }
}
