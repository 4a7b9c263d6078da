package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorSurfaceTest {
  private static final List<String> TRAINED = List.of("8/64", "4/32", "4/128", "2/32", "2/128");

  /** An error that falls by a factor for each bit; the factor is larger for short sub-codewords. */
  private static double error(LayerSetting setting) {
    double size = Math.log(setting.subCodewordSize());
    double bits = Math.log(setting.subCodewords()) / Math.log(2) / setting.subCodewordSize();
    return 0.4 * Math.exp(0.1 * size - bits * (1.2 + 0.15 * size));
  }

  private static ErrorSurface surface() {
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    for (String text : TRAINED) {
      LayerSetting setting = LayerSetting.parse(text);
      errors.put(setting, error(setting));
    }
    return ErrorSurface.through(errors);
  }

  @Test
  void errorsOfTheLawAreFound() {
    ErrorSurface surface = surface();
    for (String text : List.of("8/64", "8/256", "6/256", "4/64", "3/128", "2/64", "2/256")) {
      LayerSetting setting = LayerSetting.parse(text);
      assertEquals(error(setting), surface.at(setting), 1e-9 * error(setting), text);
    }
  }

  @Test
  void settingsOutsideAreNotCovered() {
    ErrorSurface surface = surface();
    assertTrue(surface.covers(LayerSetting.parse("8/64")));
    assertTrue(surface.covers(LayerSetting.parse("2/256")));
    assertFalse(surface.covers(LayerSetting.parse("8/16")), "too few bits for the law");
    assertFalse(surface.covers(LayerSetting.parse("7/32")), "fewer bits than any that is known");
    assertFalse(surface.covers(LayerSetting.parse("1/16")), "single weights");
  }

  @Test
  void noErrorIsLargerThanTheWholeResponse() {
    Map<LayerSetting, Double> errors = new LinkedHashMap<>();
    for (String text : TRAINED) {
      LayerSetting setting = LayerSetting.parse(text);
      errors.put(setting, 10 * error(setting));
    }
    assertEquals(1, ErrorSurface.through(errors).at(LayerSetting.parse("8/64")));
  }
}
