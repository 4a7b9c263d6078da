package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void numbersHaveTheirUnits() {
    assertEquals("999 B", Units.bytes(999));
    assertEquals("1.0 kB", Units.bytes(1000));
    assertEquals("6.50 MB", Units.bytes(6_503_638));
    assertEquals("91.65 %", Units.percent(0.9165));
    assertEquals("0.250 ms", Units.milliseconds(0.25));
    assertEquals("123.4 ms", Units.milliseconds(123.44));
    assertEquals("17.2x", Units.times(17.24));
    assertEquals("9.4 s", Units.seconds(9.43));
    assertEquals("2 min 5 s", Units.seconds(125));
  }
}
