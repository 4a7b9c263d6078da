package org.qcnn.compression;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;

/**
 * What trying a layer has shown.
 *
 * @param errors of the layer's response by setting, in the order of trying
 * @param probe the layer with quantized weights of a moderate error; empty if nothing was tried
 * @param probeError the error of {@code probe}
 */
record ProbedLayer(Map<LayerSetting, Double> errors, Optional<Node> probe, double probeError) {
  private static final String ERROR = "error";
  private static final String SETTINGS = "settings";
  private static final String PREFIX = "error ";

  /** Keeps the map. */
  ProbedLayer {
    errors = new LinkedHashMap<>(errors);
  }

  /** Keeps this as a checkpoint; a layer that nothing was tried on is not worth one. */
  void keep(Checkpoints checkpoints, String name, Graph graph) {
    if (probe.isEmpty()) {
      return;
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(ERROR, Double.toString(probeError));
    facts.put(SETTINGS, String.join(" ", errors.keySet().stream().map(Object::toString).toList()));
    errors.forEach((setting, error) -> facts.put(PREFIX + setting, Double.toString(error)));
    checkpoints.keep(
        name, out -> new StoredLayers(List.of(probe.get()), facts).writeTo(graph, out));
  }

  /** Returns what was kept under a name, if anything was. */
  static Optional<ProbedLayer> find(Checkpoints checkpoints, String name, Node node) {
    return checkpoints.find(name).map(content -> read(StoredLayers.read(content, node)));
  }

  private static ProbedLayer read(StoredLayers stored) {
    Map<String, String> facts = stored.facts();
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    for (String setting : facts.get(SETTINGS).split(" ", -1)) {
      errors.put(LayerSetting.parse(setting), Double.parseDouble(facts.get(PREFIX + setting)));
    }
    return new ProbedLayer(
        errors, Optional.of(stored.layers().get(0)), Double.parseDouble(facts.get(ERROR)));
  }
}
