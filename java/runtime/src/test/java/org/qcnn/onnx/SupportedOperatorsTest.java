package org.qcnn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SupportedOperatorsTest {
  @Test
  void whatIsNamedIsSupported() {
    for (String name : SupportedOperators.NAMES) {
      assertTrue(SupportedOperators.supports("", name), name);
      assertTrue(SupportedOperators.supports("ai.onnx", name), name);
      assertFalse(SupportedOperators.supports("com.example", name), name);
    }
    assertFalse(SupportedOperators.supports("", "LSTM"));
    assertTrue(SupportedOperators.supports("org.qcnn", "LutConv"));
    assertFalse(SupportedOperators.supports("org.qcnn", "Conv"));
  }

  @Test
  void namesAreInAlphabeticalOrder() {
    assertEquals(
        new ArrayList<>(new TreeSet<>(SupportedOperators.NAMES)), SupportedOperators.NAMES);
  }
}
