package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Activation;
import org.qcnn.graph.DenseWeights;
import org.qcnn.graph.FullyConnected;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.tensor.Shape;
import org.qcnn.tensor.Tensor;

class LayerOptionsTest {
  private static final Graph GRAPH =
      new Graph(
          "values",
          Shape.of(512),
          List.of(layer("large", 256, 512, "values"), layer("small", 100, 256, "large")),
          List.of("small"),
          Map.of());

  private static Node layer(String name, int outputs, int inputs, String input) {
    Shape shape = Shape.of(outputs, inputs);
    FullyConnected operator =
        new FullyConnected(
            new DenseWeights(Tensor.over(shape, new float[shape.count()])),
            new float[outputs],
            Activation.NONE);
    return new Node(name, operator, List.of(input), name);
  }

  private static LayerOptions options(int node) {
    return new LayerOptions(GRAPH, GRAPH.nodes().get(node));
  }

  private static Map<LayerSetting, Double> halvedByEachBit(List<LayerSetting> settings) {
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    for (LayerSetting setting : settings) {
      errors.put(
          setting,
          Math.pow(2, -Math.log(setting.subCodewords()) / Math.log(2) / setting.subCodewordSize()));
    }
    return errors;
  }

  @Test
  void aSmallLayerIsTrainedWithEverythingThatItMayGet() {
    LayerOptions small = options(1);
    List<LayerSetting> trained = small.toTrain();
    assertTrue(trained.size() > 25, trained.toString());
    List<LayerOption> all = small.all(halvedByEachBit(trained));
    // One more: to stay dense.
    assertEquals(trained.size() + 1, all.size());
    assertTrue(all.get(0).setting().isEmpty());
  }

  @Test
  void aLargeLayerIsTrainedWithAFewSettingsThatTellTheErrorsOfOthers() {
    LayerOptions large = options(0);
    List<LayerSetting> trained = large.toTrain();
    assertEquals(13, trained.size(), trained.toString());
    List<LayerOption> all = large.all(halvedByEachBit(trained));
    assertTrue(all.size() > 20, all.size() + " options");
    LayerSetting between = LayerSetting.parse("2/64");
    assertFalse(trained.contains(between));
    assertEquals(1 / 8.0, error(all, between).orElseThrow(), 1e-6);
    LayerSetting tooCoarse = LayerSetting.parse("7/16/shared");
    assertTrue(error(all, tooCoarse).isEmpty(), "too few bits to tell");
  }

  @Test
  void codebooksNeedTwoSubVectorsForEachWord() {
    List<LayerSetting> trained = options(1).toTrain();
    assertTrue(trained.contains(LayerSetting.parse("2/32")));
    assertFalse(trained.contains(LayerSetting.parse("2/64")), "100 filters, a codebook of 64");
    assertTrue(trained.contains(LayerSetting.parse("2/64/shared")));
  }

  private static Optional<Double> error(List<LayerOption> options, LayerSetting setting) {
    return options.stream()
        .filter(option -> option.setting().equals(Optional.of(setting)))
        .map(LayerOption::error)
        .findFirst();
  }
}
