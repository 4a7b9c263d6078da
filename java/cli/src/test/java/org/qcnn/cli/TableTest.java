package org.qcnn.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    Table table = new Table("name", ">size").row("a", "12345").row("longer", "1");
    assertEquals(
        List.of("name     size", "-------------", "a       12345", "longer      1"), table.lines());
  }

  @Test
  void rowsMustFit() {
    assertThrows(IllegalArgumentException.class, () -> new Table("a", "b").row("1"));
  }
}
