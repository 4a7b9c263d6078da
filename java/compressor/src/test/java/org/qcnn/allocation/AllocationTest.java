package org.qcnn.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qcnn.compression.CompressionSettings;
import org.qcnn.compression.LayerOption;
import org.qcnn.compression.LayerSensitivity;
import org.qcnn.compression.LayerSetting;

class AllocationTest {
  private static final LayerSetting FEW = new LayerSetting(4, 16);
  private static final LayerSetting MORE = new LayerSetting(2, 16, true);

  private static LayerSensitivity layer(String name, double damage, long bytes) {
    return new LayerSensitivity(
        name,
        damage,
        List.of(
            new LayerOption(Optional.empty(), 16 * bytes, 0, 3),
            new LayerOption(Optional.of(FEW), bytes, 0.2, 1),
            new LayerOption(Optional.of(MORE), 2 * bytes, 0.05, 2)));
  }

  /** All ways to store three layers. */
  private static List<Allocation> all(List<LayerSensitivity> layers) {
    List<Allocation> all = new ArrayList<>();
    for (int code = 0; code < 27; code++) {
      Map<String, LayerOption> options = new java.util.LinkedHashMap<>();
      double damage = 0;
      int rest = code;
      for (LayerSensitivity layer : layers) {
        LayerOption option = layer.options().get(rest % 3);
        options.put(layer.name(), option);
        damage += layer.damage(option);
        rest /= 3;
      }
      all.add(new Allocation(options, damage));
    }
    return all;
  }

  @Test
  void nothingIsBothCheaperAndLessHarmfulThanTheFront() {
    List<LayerSensitivity> layers =
        List.of(layer("a", 1, 100), layer("b", 0.1, 1000), layer("c", 3, 50));
    List<Allocation> front = Allocation.front(layers, LayerOption::bytes);
    assertTrue(front.size() >= 4, "only " + front.size() + " allocations");
    for (Allocation found : front) {
      for (Allocation other : all(layers)) {
        assertTrue(
            other.bytes() > found.bytes() || other.damage() >= found.damage() - 1e-12,
            other + " beats " + found);
      }
    }
    for (int i = 1; i < front.size(); i++) {
      assertTrue(front.get(i).bytes() > front.get(i - 1).bytes());
      assertTrue(front.get(i).damage() < front.get(i - 1).damage());
    }
    assertEquals(1150, front.get(0).bytes());
    assertEquals(0, front.get(front.size() - 1).damage());
    assertEquals(9, front.get(front.size() - 1).milliseconds());
  }

  @Test
  void theLayerThatMattersGetsItsBytesFirst() {
    List<LayerSensitivity> layers = List.of(layer("a", 1, 100), layer("b", 0.01, 100));
    Allocation second = Allocation.front(layers, LayerOption::bytes).get(1);
    assertEquals(Optional.of(MORE), second.options().get("a").setting());
    assertEquals(Optional.of(FEW), second.options().get("b").setting());
  }

  @Test
  void whatIsLeftIsSpent() {
    List<LayerSensitivity> layers =
        List.of(layer("a", 1, 100), layer("b", 0.1, 1000), layer("c", 3, 50));
    Allocation smallest = Allocation.front(layers, LayerOption::bytes).get(0);
    Allocation filled = smallest.filled(layers, LayerOption::bytes, 1000 + 200 + 100);
    assertEquals(1300, filled.bytes());
    assertEquals(0.05 + 0.1 * 0.2 + 3 * 0.05, filled.damage(), 1e-12);
    assertEquals(smallest.bytes(), smallest.filled(layers, LayerOption::bytes, 1150).bytes());
  }

  @Test
  void ofEquallyLargeOptionsTheFasterOneIsTaken() {
    LayerSensitivity layer =
        new LayerSensitivity(
            "a",
            1,
            List.of(
                new LayerOption(Optional.empty(), 10_000, 0, 10),
                new LayerOption(Optional.of(FEW), 1000, 0.2, 1),
                new LayerOption(Optional.of(MORE), 999, 0.2, 9)));
    assertEquals(
        Optional.of(FEW), Prices.within(List.of(layer), 2000).options().get("a").setting());
  }

  @Test
  void settingsFollowTheAllocation() {
    LayerSensitivity a = layer("a", 1, 100);
    Allocation allocation =
        new Allocation(Map.of("a", a.options().get(2), "b", a.options().get(0)), 0);
    CompressionSettings settings =
        allocation.applyTo(
            CompressionSettings.DEFAULT.withLayers(Map.of("c", FEW)).withKeepDense(Set.of("d")));
    assertEquals(Map.of("a", MORE, "c", FEW), settings.layers());
    assertEquals(Set.of("b", "d"), settings.keepDense());
  }

  @ParameterizedTest
  @CsvSource({"1/20, 0.05", "0.05, 0.05", "5%, 0.05", "2/3, 0.6666666666666666"})
  void partsOfTheOriginalSize(String text, double expected) {
    assertEquals(expected, Goal.part(text), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"1/0", "20", "-1/2", "100%", "small", "1/2/3", "''"})
  void whatIsNoPartIsRefused(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Goal.part(text)).getMessage();
    assertTrue(message.contains("1/20"), message);
  }

  @Test
  void goalsArePositive() {
    for (double limit : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Goal(Goal.Kind.BYTES, limit), "" + limit);
    }
  }
}
