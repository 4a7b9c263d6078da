package org.qcnn.zoo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.qcnn.graph.Graph;

/**
 * Well-known networks by name: exactly their published shapes, but random weights, so that they
 * show time and size, not accuracy. For inputs of about unit variance the activations neither
 * vanish nor explode. The same name and seed give the same weights on every machine.
 */
public final class Zoo {
  private static final Map<String, LongFunction<Graph>> NETWORKS =
      new TreeMap<>(
          Map.of(
              "alexnet", AlexNet::alexNet,
              "caffenet", AlexNet::caffeNet,
              "cnn-s", CnnS::cnnS,
              "resnet-18", ResNet::resNet18,
              "vgg-16", Vgg::vgg16));

  private Zoo() {}

  /** Returns the names of all networks, in alphabetical order. */
  public static List<String> names() {
    return List.copyOf(NETWORKS.keySet());
  }

  /**
   * Returns a network with random weights.
   *
   * @throws IllegalArgumentException listing the names, if there is no such network
   */
  public static Graph build(String name, long seed) {
    LongFunction<Graph> network = NETWORKS.get(name);
    if (network == null) {
      throw new IllegalArgumentException(
          "there is no network " + name + ", only " + String.join(", ", names()));
    }
    return network.apply(seed);
  }
}
