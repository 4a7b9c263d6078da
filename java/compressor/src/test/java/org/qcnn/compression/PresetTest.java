package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.qcnn.graph.Graph;
import org.qcnn.graph.GraphException;
import org.qcnn.zoo.Zoo;

class PresetTest {
  @Test
  void thePaperQuantizesAlexNetAsThePaperDoes() {
    CompressionPlan plan =
        CompressionPlan.of(
            Zoo.build("alexnet", 1), CompressionSettings.DEFAULT.withPreset(Preset.PAPER));
    assertEquals(Optional.of(new LayerSetting(3, 128)), plan.setting("conv1"));
    for (String name : new String[] {"conv2", "conv3", "conv4", "conv5"}) {
      assertEquals(Optional.of(new LayerSetting(8, 128)), plan.setting(name));
    }
    assertEquals(Optional.of(new LayerSetting(4, 32)), plan.setting("fc6"));
    assertEquals(Optional.of(new LayerSetting(4, 32)), plan.setting("fc7"));
    assertEquals(Optional.of(new LayerSetting(1, 16)), plan.setting("fc8"));
  }

  @Test
  void aCodebookNeverHoldsMoreThanItReplaces() {
    Graph graph = SmallNetwork.build(1);
    for (Preset preset : Preset.values()) {
      CompressionPlan plan =
          CompressionPlan.of(graph, CompressionSettings.DEFAULT.withPreset(preset));
      // 10 outputs share a codebook of fc2, so that at most 4 sub-codewords pay.
      plan.setting("fc2").ifPresent(setting -> assertTrue(setting.subCodewords() <= 4));
    }
  }

  @Test
  void aCodebookTooLargeToTrainIsRefused() {
    Graph graph = Zoo.build("alexnet", 1);
    CompressionSettings settings =
        CompressionSettings.DEFAULT.withLayers(Map.of("conv3", new LayerSetting(128, 256)));
    GraphException error =
        assertThrows(GraphException.class, () -> CompressionPlan.of(graph, settings));
    assertTrue(error.getMessage().contains("conv3: Cs' times K"), error.getMessage());
  }

  @Test
  void settingsAreReadAsPeopleWriteThem() {
    assertEquals(new LayerSetting(8, 128), LayerSetting.parse("8:128"));
    assertEquals(new LayerSetting(8, 128), LayerSetting.parse("8/128"));
    for (String wrong : new String[] {"", "8", "8:", "a:b", "0:16", "4:1", "4:257", "1:2:3"}) {
      assertThrows(IllegalArgumentException.class, () -> LayerSetting.parse(wrong), wrong);
    }
  }

  @Test
  void presetsHaveNames() {
    assertEquals(Preset.PAPER_VGG, Preset.named("paper-vgg"));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> Preset.named("best"));
    assertTrue(error.getMessage().contains("balanced, fine"), error.getMessage());
  }
}
