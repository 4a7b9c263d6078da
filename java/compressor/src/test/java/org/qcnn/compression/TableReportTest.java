package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableReportTest {
  private static boolean willDo(double noise, double agreement) {
    return new TableReport.Comparison(64, 0, 0.2, noise, 0.9, agreement).willDo();
  }

  @Test
  void tablesWillDoWhereTheyShowNoDifference() {
    assertTrue(willDo(0, 0.9));
    assertTrue(willDo(0.024, 0.899));
    assertTrue(willDo(0.024, 0.95));
    assertFalse(willDo(0.026, 0.9));
    assertFalse(willDo(0.01, 0.88));
  }
}
