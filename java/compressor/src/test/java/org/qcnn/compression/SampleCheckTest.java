package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Graph;
import org.qcnn.hygiene.CalibrationWarning;

class SampleCheckTest {
  private static final Graph GRAPH = SmallNetwork.build(3);
  private static final CompressionSettings SETTINGS =
      CompressionSettings.DEFAULT.withLayers(
          Map.of("grouped", new LayerSetting(4, 16), "fc1", new LayerSetting(4, 16)));

  @Test
  void thinLayersAreNamedWithWhatWouldDo() {
    List<CalibrationWarning> found = new SampleCheck(GRAPH, SETTINGS).warnings(100, 100);
    assertEquals(1, found.size(), found.toString());
    assertEquals("samples", found.get(0).kind());
    String message = found.get(0).message();
    assertTrue(message.contains("fc1 (100 for 512)"), message);
    assertTrue(message.contains("512 images would do"), message);
  }

  @Test
  void enoughImagesAreEnough() {
    assertEquals(List.of(), new SampleCheck(GRAPH, SETTINGS).warnings(600, 600));
  }

  @Test
  void copiesDoNotCountForFullyConnectedLayers() {
    List<CalibrationWarning> found = new SampleCheck(GRAPH, SETTINGS).warnings(600, 40);
    assertEquals(1, found.size());
    assertTrue(found.get(0).message().startsWith("40 different images"), found.toString());
  }

  @Test
  void denseLayersNeedNoSamples() {
    CompressionSettings dense = CompressionSettings.DEFAULT.withKeepDense(Set.of("fc1", "fc2"));
    assertEquals(List.of(), new SampleCheck(GRAPH, dense).warnings(600, 3));
  }

  @Test
  void convolutionsNeedFewImages() {
    CompressionSettings dense =
        CompressionSettings.DEFAULT
            .withLayers(Map.of("conv2", new LayerSetting(4, 16)))
            .withKeepDense(Set.of("fc1", "fc2"));
    // 64 positions of an image and more for 144 inputs.
    assertEquals(List.of(), new SampleCheck(GRAPH, dense).warnings(3, 3));
  }
}
