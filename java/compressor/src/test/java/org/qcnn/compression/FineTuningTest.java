package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qcnn.data.DataException;
import org.qcnn.data.ImageSource;
import org.qcnn.data.ImageSplit;
import org.qcnn.finetuning.Augmentation;
import org.qcnn.finetuning.FineTuner;
import org.qcnn.finetuning.FineTuningReport;
import org.qcnn.finetuning.FineTuningSettings;
import org.qcnn.graph.Graph;
import org.qcnn.graph.Node;
import org.qcnn.graph.QuantizedWeights;

class FineTuningTest {
  private static final Graph NETWORK = SmallNetwork.build(1);
  private static final FineTuningSettings SETTINGS =
      FineTuningSettings.NONE
          .withEpochs(6)
          .withBatch(20)
          .withRate(0.005)
          .withAugmentation(Augmentation.NONE);

  private static ImageSource images(int count) {
    return ImageSource.open("random:" + count, null, NETWORK.inputShape(), null);
  }

  private static CompressionSettings small() {
    LayerSetting coarse = LayerSetting.parse("4:8");
    return CompressionSettings.DEFAULT
        .withLayers(Map.of("conv2", coarse, "conv3", coarse, "grouped", coarse))
        .withKeepDense(Set.of("fc1", "fc2"));
  }

  private static CompressedNetwork compress(CompressionSettings settings) {
    return Compressor.compress(NETWORK, images(600), settings, CompressionProgress.NONE);
  }

  private static List<QuantizedWeights> quantized(Graph graph) {
    List<QuantizedWeights> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.operator().weights() instanceof QuantizedWeights weights) {
        found.add(weights);
      }
    }
    return found;
  }

  @Test
  void bringsTheNetworkNearerToTheOriginal() {
    CompressedNetwork tuned = compress(small().withFineTuning(SETTINGS));
    FineTuningReport report = tuned.report().fineTuning().orElseThrow();
    assertEquals(500, report.images());
    assertEquals(100, report.heldOut());
    assertTrue(report.bestEpoch() > 0, report.toString());
    assertTrue(report.after().loss() < 0.9 * report.before().loss(), report.toString());
  }

  @Test
  void changesCodebooksAndScalesButNoAssignments() {
    List<QuantizedWeights> before =
        quantized(
            Compressor.compress(
                    NETWORK, ImageSplit.of(images(600)).learnt(), small(), CompressionProgress.NONE)
                .graph());
    List<QuantizedWeights> after = quantized(compress(small().withFineTuning(SETTINGS)).graph());
    assertEquals(before.size(), after.size());
    for (int i = 0; i < before.size(); i++) {
      assertArrayEquals(before.get(i).assignments(), after.get(i).assignments());
      assertNotEquals(before.get(i).codebooks().value(0), after.get(i).codebooks().value(0));
      assertNotEquals(before.get(i).responseRange(), after.get(i).responseRange());
    }
  }

  @Test
  void resultDoesNotDependOnThreads() {
    CompressionSettings settings = small().withFineTuning(SETTINGS.withEpochs(1));
    List<QuantizedWeights> one = quantized(compress(settings.withThreads(1)).graph());
    List<QuantizedWeights> two = quantized(compress(settings.withThreads(2)).graph());
    for (int i = 0; i < one.size(); i++) {
      assertArrayEquals(one.get(i).codebooks().toArray(), two.get(i).codebooks().toArray());
      assertEquals(one.get(i).responseRange(), two.get(i).responseRange());
    }
  }

  @Test
  void keepsTheBestStateAlsoIfThatIsTheFirst() {
    Graph quantized = compress(small()).graph();
    FineTuner.Result spoilt =
        FineTuner.tune(
            NETWORK,
            quantized,
            ImageSplit.of(images(30)),
            SETTINGS.withRate(3),
            2,
            (done, total, step) -> {});
    assertEquals(0, spoilt.report().bestEpoch());
    assertEquals(spoilt.report().before(), spoilt.report().after());
    for (int i = 0; i < quantized(quantized).size(); i++) {
      assertArrayEquals(
          quantized(quantized).get(i).codebooks().toArray(),
          quantized(spoilt.graph()).get(i).codebooks().toArray());
    }
  }

  @Test
  void tooFewImagesAreRefusedBeforeTheWork() {
    DataException refusal =
        assertThrows(
            DataException.class,
            () ->
                Compressor.compress(
                    NETWORK,
                    images(19),
                    small().withFineTuning(SETTINGS),
                    (done, total, step) -> {
                      throw new AssertionError("work has begun");
                    }));
    assertTrue(refusal.getMessage().contains("--fine-tune"), refusal.getMessage());
  }
}
