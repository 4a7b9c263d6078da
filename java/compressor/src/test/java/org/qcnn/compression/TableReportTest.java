package org.qcnn.compression;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TableReportTest {
  private static int bits(double wordError, double byteError, double words, double bytes) {
    return TableReport.chosen(new TableReport.Comparison(64, wordError, byteError, words, bytes))
        .bits();
  }

  @Test
  void eightBitsAreTakenWhereTheyShowNoDifference() {
    assertEquals(8, bits(0.2, 0.2, 0.9, 0.9));
    assertEquals(8, bits(0.2, 0.203, 0.9, 0.899));
    assertEquals(16, bits(0.2, 0.21, 0.9, 0.9));
    assertEquals(16, bits(0.2, 0.2, 0.9, 0.88));
  }
}
