package org.qcnn.compression;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qcnn.checkpoint.Checkpoints;
import org.qcnn.checkpoint.Sha256;
import org.qcnn.data.ImageSource;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.training.TrainedLayer;

/** The finished layers of one compression, kept in case that it is interrupted. */
final class LayerCheckpoints {
  private static final String K_MEANS = "error_k_means";
  private static final String LAYER = "error_layer";
  private static final String CORRECTED = "error_corrected";
  private static final String SAMPLES = "samples";

  private final Checkpoints checkpoints;
  private final Graph graph;

  /**
   * Returns the layers of a compression with these settings and images; compressions of the same
   * network with others do not get in their way.
   */
  LayerCheckpoints(
      Checkpoints checkpoints, Graph graph, ImageSource images, CompressionSettings settings) {
    String key = Sha256.of(images.description() + "\n" + SettingsText.of(settings));
    this.checkpoints = checkpoints.inside(key.substring(0, 16));
    this.graph = graph;
  }

  /** Returns what became of a layer, if it is finished. */
  Optional<LayerQuantizer.Result> find(Node node) {
    return checkpoints.find(name(node)).map(content -> read(content, node));
  }

  private static LayerQuantizer.Result read(byte[] content, Node node) {
    StoredLayers stored = StoredLayers.read(content, node);
    Map<String, String> facts = stored.facts();
    return new LayerQuantizer.Result(
        stored.layers().size() == 1
            ? LayerVersions.of(stored.layers().get(0))
            : new LayerVersions(
                stored.layers().get(0), stored.layers().get(1), stored.layers().get(2)),
        new TrainedLayer.Errors(
            Double.parseDouble(facts.get(K_MEANS)),
            Double.parseDouble(facts.get(LAYER)),
            Double.parseDouble(facts.get(CORRECTED))),
        Integer.parseInt(facts.get(SAMPLES)));
  }

  /** Keeps a finished layer. */
  void keep(Node node, LayerQuantizer.Result result) {
    LayerVersions of = result.versions();
    List<Node> versions =
        of.equals(LayerVersions.of(of.words()))
            ? List.of(of.words())
            : List.of(of.words(), of.wordsOfBytes(), of.bytes());
    // Double.toString gives the digits that make the same number again.
    Map<String, String> facts =
        Map.of(
            K_MEANS, Double.toString(result.errors().kMeans()),
            LAYER, Double.toString(result.errors().layer()),
            CORRECTED, Double.toString(result.errors().corrected()),
            SAMPLES, Integer.toString(result.samples()));
    checkpoints.keep(name(node), out -> new StoredLayers(versions, facts).writeTo(graph, out));
  }

  /** Names of nodes may hold anything; their places are plain numbers. */
  private String name(Node node) {
    return "layer-" + graph.nodes().indexOf(node);
  }
}
